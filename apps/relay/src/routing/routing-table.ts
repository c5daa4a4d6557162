import { quirksOf, type VendorQuirks } from '@weir/catalog/vendors';
import { WeirError } from '@weir/core/errors';
import type { SecretBox } from '@weir/core/secret-box';
import type { SqlDatabase } from '@weir/db/sql';
import type { Dialect } from '@weir/dialects/dialect';
import { findDialect } from '@weir/dialects/dialects';
import { privateWordsOf, type PrivateWords } from './private-words.ts';
import { readPrice, type PriceRow, type PriceVersion } from './read-price.ts';

/** One way to serve a model. */
export interface RouteEntry extends PrivateWords {
  readonly routeId: string;
  readonly channelId: string;
  readonly vendor: string;
  /** Where the vendor runs it; undefined where the operator did not say. */
  readonly region: string | undefined;
  /** Whether the vendor keeps what it is sent, or trains on it. */
  readonly collectsData: boolean;
  readonly dialect: Dialect;
  readonly baseUrl: string;
  /** With the vendor's key; names and values in turn. */
  readonly headers: string[];
  readonly upstreamModel: string;
  readonly quirks: VendorQuirks;
  /** Lower goes first. */
  readonly priority: number;
  readonly weight: number;
  /** Newest first. */
  readonly prices: readonly PriceVersion[];
}

export interface ModelEntry {
  readonly modelId: string;
  readonly createdAt: Date;
  readonly contextTokensMax: number | undefined;
  readonly outputTokensMax: number | undefined;
  readonly routes: readonly RouteEntry[];
}

/** Every model that can be called, by id. */
export type RoutingTable = ReadonlyMap<string, ModelEntry>;

/** @throws {WeirError} `model_not_found` */
export function findModel(table: RoutingTable, modelId: string): ModelEntry {
  const model = table.get(modelId);
  if (model) return model;
  throw new WeirError(
    'model_not_found',
    `There is no model "${modelId}" here. GET /v1/models lists those there are.`,
    { param: 'model' },
  );
}

/**
 * Reads the whole table: it is small, and so a call needs no look-up at all.
 * A channel whose secret does not open (another `WEIR_SECRET_KEY`), or that speaks a dialect which is none, is left out
 * and reported.
 */
export async function loadRoutingTable(
  { sql }: Pick<SqlDatabase, 'sql'>,
  secrets: SecretBox,
  onUnusable: (channelId: string, problem: string) => void,
): Promise<RoutingTable> {
  const [models, routes, prices] = await Promise.all([
    sql<ModelRow[]>`
      select id, context_tokens_max, output_tokens_max, created_at from models where enabled order by id`,
    sql<RouteRow[]>`
      select route.id, route.model_id, route.upstream_model, channel.id as channel_id, channel.vendor,
             channel.dialect, channel.base_url, channel.sealed_secret, channel.priority, channel.weight
      from routes route join channels channel on channel.id = route.channel_id and channel.enabled
      order by channel.priority, channel.id`,
    sql<PriceRow[]>`select * from prices order by effective_from desc, id desc`,
  ]);
  const pricesOf = Map.groupBy(prices, (price) => price.route_id);
  const usable = usableChannels(routes, secrets, onUnusable);
  const routesOf = Map.groupBy(routes, (route) => route.model_id);
  const table = new Map<string, ModelEntry>();
  for (const model of models) {
    const entries = (routesOf.get(model.id) ?? []).flatMap((route) => {
      const channel = usable.get(route.channel_id);
      const prices = (pricesOf.get(route.id) ?? []).map(readPrice);
      return channel ? [entryOf(route, channel, prices)] : [];
    });
    if (entries.length === 0) continue;
    table.set(model.id, {
      modelId: model.id,
      createdAt: model.created_at,
      contextTokensMax: model.context_tokens_max ?? undefined,
      outputTokensMax: model.output_tokens_max ?? undefined,
      routes: entries,
    });
  }
  return table;
}

function entryOf(
  route: RouteRow,
  { dialect, apiKey }: UsableChannel,
  prices: readonly PriceVersion[],
): RouteEntry {
  const quirks = quirksOf(route.vendor);
  const { apiKeyHeader } = quirks;
  const authHeaders = apiKeyHeader ? { [apiKeyHeader]: apiKey } : dialect.authHeaders(apiKey);
  return {
    routeId: route.id,
    channelId: route.channel_id,
    vendor: route.vendor,
    region: undefined,
    collectsData: false,
    dialect,
    baseUrl: route.base_url,
    headers: Object.entries({ ...authHeaders, 'content-type': 'application/json' }).flat(),
    privateWords: privateWordsOf(apiKey, route.base_url),
    upstreamModel: route.upstream_model,
    quirks,
    priority: route.priority,
    weight: route.weight,
    prices,
  };
}

interface ModelRow {
  id: string;
  context_tokens_max: number | null;
  output_tokens_max: number | null;
  created_at: Date;
}

interface RouteRow {
  id: string;
  model_id: string;
  upstream_model: string;
  channel_id: string;
  vendor: string;
  dialect: string;
  base_url: string;
  sealed_secret: string;
  priority: number;
  weight: number;
}

interface UsableChannel {
  readonly dialect: Dialect;
  readonly apiKey: string;
}

function usableChannels(
  routes: readonly RouteRow[],
  secrets: SecretBox,
  onUnusable: (channelId: string, problem: string) => void,
): Map<string, UsableChannel> {
  const usable = new Map<string, UsableChannel>();
  for (const { channel_id: id, ...row } of new Map(routes.map((one) => [one.channel_id, one])).values()) {
    const dialect = findDialect(row.dialect);
    if (!dialect) {
      onUnusable(id, `The dialect of this channel, ${row.dialect}, is none. Add the channel again.`);
      continue;
    }
    try {
      usable.set(id, { dialect, apiKey: secrets.open(row.sealed_secret, id) });
    } catch {
      onUnusable(
        id,
        'The secret of this channel does not open: was WEIR_SECRET_KEY changed? Add the channel again.',
      );
    }
  }
  return usable;
}
