import { newId } from '@weir/core/ids';
import { secretBox } from '@weir/core/secret-box';
import type { Database } from '@weir/db/connect';
import { channelKeys, channels, models, prices, routes } from '@weir/db/schema';
import { SECRET_KEY } from './settings.ts';

export interface VendorModels {
  /** Where the simulated vendor listens. */
  readonly vendorUrl: string;
  readonly models: readonly string[];
  /** Of each of them. */
  readonly price: { readonly inputNanoUsdPerMtok: bigint; readonly outputNanoUsdPerMtok: bigint };
  readonly outputTokensMax: number;
}

/** Adds a channel to the simulated vendor, and makes its models callable. */
export async function addVendor(
  { db }: Pick<Database, 'db'>,
  { vendorUrl, models: modelIds, price, outputTokensMax }: VendorModels,
): Promise<void> {
  const channelId = newId('channel');
  await db.insert(channels).values({
    id: channelId,
    vendor: 'sandbox',
    dialect: 'openai-chat',
    baseUrl: `${vendorUrl}/v1`,
  });
  const sealedSecret = secretBox(SECRET_KEY).seal('sandbox', channelId);
  await db.insert(channelKeys).values({ id: newId('channelKey'), channelId, sealedSecret });
  for (const id of modelIds) {
    const routeId = newId('route');
    await db.insert(models).values({ id, contextTokensMax: 100_000, outputTokensMax });
    await db.insert(routes).values({ id: routeId, modelId: id, channelId, upstreamModel: id });
    await db.insert(prices).values({ id: newId('price'), routeId, ...price });
  }
}
