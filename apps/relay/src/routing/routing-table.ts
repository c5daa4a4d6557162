import { quirksOf } from '@weir/catalog/vendors';
import { WeirError } from '@weir/core/errors';
import type { SecretBox } from '@weir/core/secret-box';
import type { SqlDatabase } from '@weir/db/sql';
import type { Dialect } from '@weir/dialects/dialect';
import { findDialect } from '@weir/dialects/dialects';
import type { Quirks } from '@weir/dialects/quirks';
import { privateWordsOf, type PrivateWords } from './private-words.ts';
import { readPrice, type PriceRow, type PriceVersion } from './read-price.ts';

/** A key that a channel's vendor takes. */
export interface ChannelKey {
  readonly keyId: string;
  /** That carry it; names and values in turn. */
  readonly headers: string[];
}

/** One way to serve a model. */
export interface RouteEntry extends PrivateWords {
  readonly routeId: string;
  readonly modelId: string;
  readonly channelId: string;
  readonly vendor: string;
  /** Where the vendor runs it; undefined where the operator did not say. */
  readonly region: string | undefined;
  /** Whether the vendor may keep, or learn from, what it is sent. */
  readonly collectsData: boolean;
  readonly dialect: Dialect;
  readonly baseUrl: string;
  /** The channel's; never empty. */
  readonly keys: readonly ChannelKey[];
  /** Calls that the channel may have under way. */
  readonly inFlightMax: number | undefined;
  readonly upstreamModel: string;
  readonly quirks: Quirks;
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
 * A channel none of whose keys opens (another `WEIR_SECRET_KEY`), or that speaks a dialect which is none, is left out;
 * that, and a key that does not open beside others that do, is reported.
 */
export async function loadRoutingTable(
  { sql }: Pick<SqlDatabase, 'sql'>,
  secrets: SecretBox,
  onUnusable: (channelId: string, problem: string) => void,
): Promise<RoutingTable> {
  const [models, routes, keys, prices] = await Promise.all([
    sql<ModelRow[]>`
      select id, context_tokens_max, output_tokens_max, created_at from models where enabled order by id`,
    sql<RouteRow[]>`
      select route.id, route.model_id, route.upstream_model, channel.id as channel_id, channel.vendor,
             channel.dialect, channel.base_url, channel.region, channel.collects_data, channel.in_flight_max,
             channel.priority, channel.weight
      from routes route join channels channel on channel.id = route.channel_id and channel.enabled
      order by channel.priority, channel.id`,
    sql<KeyRow[]>`select id, channel_id, sealed_secret from channel_keys order by channel_id, id`,
    sql<PriceRow[]>`select * from prices order by effective_from desc, id desc`,
  ]);
  const pricesOf = Map.groupBy(prices, (price) => price.route_id);
  const usable = usableChannels(routes, keys, (row) => openKey(row, secrets), onUnusable);
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

function entryOf(route: RouteRow, channel: UsableChannel, prices: readonly PriceVersion[]): RouteEntry {
  return {
    routeId: route.id,
    modelId: route.model_id,
    channelId: route.channel_id,
    vendor: route.vendor,
    region: route.region ?? undefined,
    collectsData: route.collects_data,
    baseUrl: route.base_url,
    inFlightMax: route.in_flight_max ?? undefined,
    ...channel,
    upstreamModel: route.upstream_model,
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
  region: string | null;
  collects_data: boolean;
  in_flight_max: number | null;
  priority: number;
  weight: number;
}

interface KeyRow {
  id: string;
  channel_id: string;
  sealed_secret: string;
}

/** What the routes of a channel have in common. */
type UsableChannel = Pick<RouteEntry, 'dialect' | 'keys' | 'privateWords' | 'quirks'>;

interface OpenKey {
  readonly keyId: string;
  readonly apiKey: string;
}

/** @returns undefined when it does not open. */
function openKey({ id, channel_id, sealed_secret }: KeyRow, secrets: SecretBox): OpenKey | undefined {
  try {
    return { keyId: id, apiKey: secrets.open(sealed_secret, channel_id) };
  } catch {
    return undefined;
  }
}

function usableChannels(
  routes: readonly RouteRow[],
  keys: readonly KeyRow[],
  open: (row: KeyRow) => OpenKey | undefined,
  onUnusable: (channelId: string, problem: string) => void,
): Map<string, UsableChannel> {
  const usable = new Map<string, UsableChannel>();
  const keysOf = Map.groupBy(keys, (key) => key.channel_id);
  for (const { channel_id: id, ...row } of new Map(routes.map((one) => [one.channel_id, one])).values()) {
    const dialect = findDialect(row.dialect);
    if (!dialect) {
      onUnusable(id, `The dialect of this channel, ${row.dialect}, is none. Add the channel again.`);
      continue;
    }
    const rows = keysOf.get(id) ?? [];
    const opened = rows.flatMap((key) => open(key) ?? []);
    if (rows.length === 0) onUnusable(id, 'This channel has no key. Add one with `weir channel add-key`.');
    else if (opened.length < rows.length) {
      onUnusable(
        id,
        `${rows.length - opened.length} of the ${rows.length} keys of this channel do not open: was WEIR_SECRET_KEY changed? Add them again.`,
      );
    }
    if (opened.length > 0) usable.set(id, usableChannel(row, dialect, opened));
  }
  return usable;
}

function usableChannel(
  { vendor, base_url: baseUrl }: Pick<RouteRow, 'vendor' | 'base_url'>,
  dialect: Dialect,
  opened: readonly OpenKey[],
): UsableChannel {
  const quirks = quirksOf(vendor);
  const { apiKeyHeader } = quirks;
  return {
    dialect,
    quirks,
    keys: opened.map(({ keyId, apiKey }) => {
      const authHeaders = apiKeyHeader ? { [apiKeyHeader]: apiKey } : dialect.authHeaders(apiKey);
      return {
        keyId,
        headers: Object.entries({ ...authHeaders, 'content-type': 'application/json' }).flat(),
      };
    }),
    privateWords: privateWordsOf(
      opened.map(({ apiKey }) => apiKey),
      baseUrl,
    ),
  };
}
