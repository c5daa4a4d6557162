import type { HostedVendor } from '@weir/catalog/vendors';
import type { SecretBox } from '@weir/core/secret-box';
import type { Db } from '@weir/db/connect';
import { channelKeys, channels } from '@weir/db/schema';
import { eq } from 'drizzle-orm';

/**
 * Sees to it that each vendor whose API key is in the environment has a channel with that key, named after the vendor.
 * One that is as it should be is left untouched, as are an operator's changes of its priority, weight or state.
 */
export async function ensureEnvChannels(
  db: Db,
  secrets: SecretBox,
  vendors: readonly HostedVendor[],
  vendorKeys: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  for (const vendor of vendors) {
    const secret = vendorKeys[vendor.apiKeyEnv];
    if (secret !== undefined) await ensureEnvChannel(db, secrets, vendor, secret);
  }
}

async function ensureEnvChannel(
  db: Db,
  secrets: SecretBox,
  vendor: HostedVendor,
  secret: string,
): Promise<void> {
  const [id, keyId] = [`chn_env_${vendor.id}`, `chk_env_${vendor.id}`];
  const { baseUrl, dialect } = vendor;
  const sealedSecret = () => secrets.seal(secret, id);
  const [channel] = await db.select().from(channels).where(eq(channels.id, id));
  const [key] = await db.select().from(channelKeys).where(eq(channelKeys.id, keyId));
  if (!channel) {
    await db.insert(channels).values({ id, vendor: vendor.id, baseUrl, dialect }).onConflictDoNothing();
  } else if (channel.baseUrl !== baseUrl || channel.dialect !== dialect) {
    await db.update(channels).set({ baseUrl, dialect }).where(eq(channels.id, id));
  }
  if (!key) {
    await db
      .insert(channelKeys)
      .values({ id: keyId, channelId: id, name: vendor.apiKeyEnv, sealedSecret: sealedSecret() })
      .onConflictDoNothing();
  } else if (openOrUndefined(secrets, key.sealedSecret, id) !== secret) {
    await db.update(channelKeys).set({ sealedSecret: sealedSecret() }).where(eq(channelKeys.id, keyId));
  }
}

/** A secret sealed under another `WEIR_SECRET_KEY` does not open; the environment has it anyway. */
function openOrUndefined(secrets: SecretBox, sealed: string, context: string): string | undefined {
  try {
    return secrets.open(sealed, context);
  } catch {
    return undefined;
  }
}
