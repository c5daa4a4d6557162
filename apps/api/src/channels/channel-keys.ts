import { WeirError } from '@weir/core/errors';
import { newId } from '@weir/core/ids';
import type { SecretBox } from '@weir/core/secret-box';
import type { Db } from '@weir/db/connect';
import { channelKeys, channels } from '@weir/db/schema';
import { asc, eq } from 'drizzle-orm';

/** A vendor's key as an operator may see it: never the secret. */
export interface ListedChannelKey {
  channelKeyId: string;
  name: string;
  createdAt: string;
}

export interface NewChannelKey {
  channelId: string;
  /** What the operator calls it. */
  name?: string | undefined;
  /** The vendor's API key; stored sealed. */
  secret: string;
}

/** @throws {WeirError} `not_found` when there is no such channel. */
export async function addChannelKey(
  db: Db,
  secrets: SecretBox,
  { channelId, name, secret }: NewChannelKey,
): Promise<{ channelKeyId: string }> {
  await requireChannel(db, channelId);
  const channelKeyId = newId('channelKey');
  await db
    .insert(channelKeys)
    .values({ id: channelKeyId, channelId, name, sealedSecret: secrets.seal(secret, channelId) });
  return { channelKeyId };
}

/** @throws {WeirError} `not_found` when there is no such channel. */
export async function listChannelKeys(db: Db, channelId: string): Promise<ListedChannelKey[]> {
  await requireChannel(db, channelId);
  const keys = await db
    .select({ channelKeyId: channelKeys.id, name: channelKeys.name, createdAt: channelKeys.createdAt })
    .from(channelKeys)
    .where(eq(channelKeys.channelId, channelId))
    .orderBy(asc(channelKeys.id));
  return keys.map((key) => ({ ...key, createdAt: key.createdAt.toISOString() }));
}

/** @throws {WeirError} `not_found`, or `conflict` for the only key of its channel. */
export async function removeChannelKey(
  db: Db,
  channelKeyId: string,
): Promise<{ channelId: string; name: string }> {
  return db.transaction(async (tx) => {
    const [key] = await tx.select().from(channelKeys).where(eq(channelKeys.id, channelKeyId));
    if (!key) throw new WeirError('not_found', `There is no channel key ${channelKeyId}.`);
    const { channelId, name } = key;
    // Two removals at a time could leave none.
    await tx.select().from(channels).where(eq(channels.id, channelId)).for('update');
    if ((await tx.$count(channelKeys, eq(channelKeys.channelId, channelId))) === 1) {
      throw new WeirError(
        'conflict',
        `${channelKeyId} is the only key of ${channelId}. Add another one first, with \`weir channel add-key\`.`,
      );
    }
    await tx.delete(channelKeys).where(eq(channelKeys.id, channelKeyId));
    return { channelId, name };
  });
}

async function requireChannel(db: Db, channelId: string): Promise<void> {
  if ((await db.$count(channels, eq(channels.id, channelId))) > 0) return;
  throw new WeirError(
    'not_found',
    `There is no channel ${channelId}. \`weir channel list\` shows those that are.`,
    { param: 'channelId' },
  );
}
