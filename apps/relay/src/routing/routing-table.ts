import { quirksOf, type ChatQuirks } from '@weir/catalog/vendors';
import { WeirError } from '@weir/core/errors';
import type { SecretBox } from '@weir/core/secret-box';
import type { Database } from '@weir/db/connect';
import { channels, models, prices, routes } from '@weir/db/schema';
import { and, asc, desc, eq } from 'drizzle-orm';
import { readPrice, type PriceVersion } from './read-price.ts';

/** One way to serve a model. */
export interface RouteEntry {
  readonly channelId: string;
  readonly vendor: string;
  readonly dialect: string;
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly upstreamModel: string;
  readonly quirks: ChatQuirks;
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
 * A channel whose secret does not open (another `WEIR_SECRET_KEY`) is left out and reported.
 */
export async function loadRoutingTable(
  { db }: Pick<Database, 'db'>,
  secrets: SecretBox,
  onUnreadable: (channelId: string) => void,
): Promise<RoutingTable> {
  const [modelRows, routeRows, priceRows] = await Promise.all([
    db.select().from(models).where(eq(models.enabled, true)).orderBy(asc(models.id)),
    db
      .select({ route: routes, channel: channels })
      .from(routes)
      .innerJoin(channels, and(eq(channels.id, routes.channelId), eq(channels.enabled, true)))
      .orderBy(asc(channels.priority), asc(channels.id)),
    db.select().from(prices).orderBy(desc(prices.effectiveFrom), desc(prices.id)),
  ]);
  const pricesOf = Map.groupBy(priceRows, (price) => price.routeId);
  const keyOf = openSecrets(
    routeRows.map(({ channel }) => channel),
    secrets,
    onUnreadable,
  );

  const routesOf = Map.groupBy(
    routeRows.filter(({ channel }) => keyOf.has(channel.id)),
    ({ route }) => route.modelId,
  );
  const table = new Map<string, ModelEntry>();
  for (const model of modelRows) {
    const entries = (routesOf.get(model.id) ?? []).map(({ route, channel }) => ({
      channelId: channel.id,
      vendor: channel.vendor,
      dialect: channel.dialect,
      baseUrl: channel.baseUrl,
      apiKey: keyOf.get(channel.id) ?? '',
      upstreamModel: route.upstreamModel,
      quirks: quirksOf(channel.vendor),
      priority: channel.priority,
      weight: channel.weight,
      prices: (pricesOf.get(route.id) ?? []).map(readPrice),
    }));
    if (entries.length === 0) continue;
    table.set(model.id, {
      modelId: model.id,
      createdAt: model.createdAt,
      contextTokensMax: model.contextTokensMax ?? undefined,
      outputTokensMax: model.outputTokensMax ?? undefined,
      routes: entries,
    });
  }
  return table;
}

function openSecrets(
  rows: readonly (typeof channels.$inferSelect)[],
  secrets: SecretBox,
  onUnreadable: (channelId: string) => void,
): Map<string, string> {
  const keys = new Map<string, string>();
  for (const channel of new Map(rows.map((row) => [row.id, row])).values()) {
    try {
      keys.set(channel.id, secrets.open(channel.sealedSecret, channel.id));
    } catch {
      onUnreadable(channel.id);
    }
  }
  return keys;
}
