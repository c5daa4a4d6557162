import type { Db } from '@weir/db/connect';
import { channels, models, routes } from '@weir/db/schema';
import { asc, eq, sql } from 'drizzle-orm';
import { priceInForce } from './price-in-force.ts';

/** One way to serve a model, as an operator sees it. */
export interface ListedRoute {
  modelId: string;
  /** Whether the model and the channel both are. */
  enabled: boolean;
  contextTokensMax: number | null;
  outputTokensMax: number | null;
  channelId: string;
  vendor: string;
  upstreamModel: string;
  /** Decimal strings of nanoUsd for a million tokens; null while no price is in force. */
  inputNanoUsdPerMtok: string | null;
  outputNanoUsdPerMtok: string | null;
}

/** Every route of every model, whether it can be called or not. */
export async function listRoutes(db: Db): Promise<ListedRoute[]> {
  const price = priceInForce(db);
  const rows = await db
    .select({
      model: models,
      route: routes,
      channel: channels,
      input: price.inputNanoUsdPerMtok,
      output: price.outputNanoUsdPerMtok,
    })
    .from(routes)
    .innerJoin(models, eq(models.id, routes.modelId))
    .innerJoin(channels, eq(channels.id, routes.channelId))
    .leftJoinLateral(price, sql`true`)
    .orderBy(asc(models.id), asc(channels.priority), asc(channels.id));
  return rows.map(({ model, route, channel, input, output }) => ({
    modelId: model.id,
    enabled: model.enabled && channel.enabled,
    contextTokensMax: model.contextTokensMax,
    outputTokensMax: model.outputTokensMax,
    channelId: channel.id,
    vendor: channel.vendor,
    upstreamModel: route.upstreamModel,
    inputNanoUsdPerMtok: input?.toString() ?? null,
    outputNanoUsdPerMtok: output?.toString() ?? null,
  }));
}
