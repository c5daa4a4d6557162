import type { HostedVendor } from '@weir/catalog/vendors';
import type { SecretBox } from '@weir/core/secret-box';
import type { Db } from '@weir/db/connect';
import { channels } from '@weir/db/schema';
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
  const id = `chn_env_${vendor.id}`;
  const [channel] = await db.select().from(channels).where(eq(channels.id, id));
  const sealed = () => ({
    baseUrl: vendor.baseUrl,
    dialect: vendor.dialect,
    sealedSecret: secrets.seal(secret, id),
  });
  if (!channel) {
    await db
      .insert(channels)
      .values({ id, vendor: vendor.id, ...sealed() })
      .onConflictDoNothing();
    return;
  }
  const isCurrent =
    channel.baseUrl === vendor.baseUrl &&
    channel.dialect === vendor.dialect &&
    openOrUndefined(secrets, channel.sealedSecret, id) === secret;
  if (!isCurrent) await db.update(channels).set(sealed()).where(eq(channels.id, id));
}

/** A secret sealed under another `WEIR_SECRET_KEY` does not open; the environment has it anyway. */
function openOrUndefined(secrets: SecretBox, sealed: string, context: string): string | undefined {
  try {
    return secrets.open(sealed, context);
  } catch {
    return undefined;
  }
}
