import type { Db } from '@weir/db/connect';
import { channels, models, prices, routes } from '@weir/db/schema';
import { asc, eq, sql } from 'drizzle-orm';
import { priceInForce } from '../prices/price-in-force.ts';

/** One way to serve a model, as an operator sees it. */
export interface ListedRoute {
  modelId: string;
  /** Whether the model and the channel both are. */
  enabled: boolean;
  contextTokensMax: number | null;
  outputTokensMax: number | null;
  channelId: string;
  vendor: string;
  region: string | null;
  upstreamModel: string;
  /** Decimal strings of nanoUsd for a million tokens; null while no price is in force. */
  inputNanoUsdPerMtok: string | null;
  outputNanoUsdPerMtok: string | null;
}

/** Every route of every model, whether it can be called or not. */
export async function listRoutes(db: Db): Promise<ListedRoute[]> {
  const inForce = priceInForce(db);
  const rows = await db
    .select({
      model: models,
      route: routes,
      channel: channels,
      price: prices,
    })
    .from(routes)
    .innerJoin(models, eq(models.id, routes.modelId))
    .innerJoin(channels, eq(channels.id, routes.channelId))
    .leftJoinLateral(inForce, sql`true`)
    .leftJoin(prices, eq(prices.id, inForce.id))
    .orderBy(asc(models.id), asc(channels.priority), asc(channels.id));
  return rows.map(({ model, route, channel, price }) => ({
    modelId: model.id,
    enabled: model.enabled && channel.enabled,
    contextTokensMax: model.contextTokensMax,
    outputTokensMax: model.outputTokensMax,
    channelId: channel.id,
    vendor: channel.vendor,
    region: channel.region,
    upstreamModel: route.upstreamModel,
    inputNanoUsdPerMtok: price?.inputNanoUsdPerMtok.toString() ?? null,
    outputNanoUsdPerMtok: price?.outputNanoUsdPerMtok.toString() ?? null,
  }));
}
