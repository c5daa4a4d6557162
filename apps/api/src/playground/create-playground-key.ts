import type { Db } from '@weir/db/connect';
import { apiKeys } from '@weir/db/schema';
import { and, eq, isNull, sql } from 'drizzle-orm';
import { createKey } from '../keys/create-key.ts';
import type { PlaygroundKeyView } from '../keys/key-view.ts';

const KEY_LIFE_MS = 60 * 60 * 1000;

/** A key for the dashboard's own page: it lives one hour, and the account's earlier ones end with it. */
export async function createPlaygroundKey(db: Db, accountId: string): Promise<PlaygroundKeyView> {
  const expiresAt = new Date(Date.now() + KEY_LIFE_MS);
  const earlier = and(
    eq(apiKeys.accountId, accountId),
    eq(apiKeys.kind, 'playground'),
    isNull(apiKeys.revokedAt),
  );
  return db.transaction(async (tx) => {
    await tx
      .update(apiKeys)
      .set({ revokedAt: sql`now()` })
      .where(earlier);
    const { key } = await createKey(tx, { accountId, name: 'Playground', kind: 'playground', expiresAt });
    return { key, expiresAt: expiresAt.toISOString() };
  });
}
