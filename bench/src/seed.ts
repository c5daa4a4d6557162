import { apiKeyHint, hashSecret, newApiKey } from '@weir/core/api-key';
import { newId } from '@weir/core/ids';
import { secretBox } from '@weir/core/secret-box';
import type { Database } from '@weir/db/connect';
import { accounts, apiKeys, channelKeys, channels, models, prices, routes } from '@weir/db/schema';
import { credit } from '@weir/ledger';
import { MODELS } from './upstream-replies.ts';

const BALANCE_NANO_USD = 1_000_000n * 1_000_000_000n;

export interface Seed {
  readonly upstreamOrigin: string;
  /** `WEIR_SECRET_KEY` of the relay that will use the channel. */
  readonly secretKey: string;
  readonly accounts: number;
}

/** A channel to the upstream with all of its models, and so many accounts with balance and one key each. @returns the keys */
export async function seed(database: Database, options: Seed): Promise<string[]> {
  const { db } = database;
  const channelId = newId('channel');
  await db.insert(channels).values({
    id: channelId,
    vendor: 'bench',
    dialect: 'openai-chat',
    baseUrl: `${options.upstreamOrigin}/v1`,
  });
  const sealedSecret = secretBox(options.secretKey).seal('vendor-secret', channelId);
  await db.insert(channelKeys).values({ id: newId('channelKey'), channelId, sealedSecret });
  for (const modelId of Object.values(MODELS)) {
    const routeId = newId('route');
    await db.insert(models).values({ id: modelId, outputTokensMax: 16_384, contextTokensMax: 128_000 });
    await db.insert(routes).values({ id: routeId, modelId, channelId, upstreamModel: modelId });
    await db.insert(prices).values({
      id: newId('price'),
      routeId,
      inputNanoUsdPerMtok: 250_000_000n,
      outputNanoUsdPerMtok: 2_000_000_000n,
    });
  }
  const keys: string[] = [];
  for (let i = 0; i < options.accounts; i++) {
    const [accountId, key] = [newId('account'), newApiKey()];
    await db.insert(accounts).values({ id: accountId });
    await credit(database, { accountId, kind: 'grant', amountNanoUsd: BALANCE_NANO_USD, ref: accountId });
    await db
      .insert(apiKeys)
      .values({ id: newId('key'), accountId, name: 'bench', hash: hashSecret(key), ...apiKeyHint(key) });
    keys.push(key);
  }
  return keys;
}
