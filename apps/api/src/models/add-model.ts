import type { Price } from '@weir/catalog/charge';
import { WeirError } from '@weir/core/errors';
import { newId } from '@weir/core/ids';
import type { Db } from '@weir/db/connect';
import { channels, models, prices, routes } from '@weir/db/schema';
import { eq, sql } from 'drizzle-orm';
import { insertPrice } from '../prices/insert-price.ts';
import { priceInForce } from '../prices/price-in-force.ts';
import { isSamePrice } from '../prices/view-price.ts';

export interface NewModel {
  modelId: string;
  channelId: string;
  /** What the channel's vendor calls it. */
  upstreamModel: string;
  price: Price;
  /** Left out: as it was, or not known. */
  contextTokensMax?: number | undefined;
  outputTokensMax?: number | undefined;
}

/**
 * Makes a model callable through a channel at a price. Said again of the same model it adds another channel, changes
 * the limits that are given, or sets another price from now on; prices that were charged stay as they are.
 * @throws {WeirError} `not_found` when there is no such channel.
 */
export async function addModel(db: Db, model: NewModel): Promise<{ modelId: string }> {
  const { modelId, channelId, contextTokensMax, outputTokensMax } = model;
  await db.transaction(async (tx) => {
    if ((await tx.$count(channels, eq(channels.id, channelId))) === 0) {
      throw new WeirError(
        'not_found',
        `There is no channel ${channelId}. \`weir channel list\` shows those that are.`,
        {
          param: 'channelId',
        },
      );
    }
    await tx
      .insert(models)
      .values({ id: modelId, contextTokensMax, outputTokensMax })
      .onConflictDoUpdate({
        target: models.id,
        set: {
          contextTokensMax: contextTokensMax ?? sql`${models.contextTokensMax}`,
          outputTokensMax: outputTokensMax ?? sql`${models.outputTokensMax}`,
        },
      });
    const routeId = await ensureRoute(tx, model);
    await ensurePrice(tx, routeId, model.price);
  });
  return { modelId };
}

async function ensureRoute(db: Db, { modelId, channelId, upstreamModel }: NewModel): Promise<string> {
  const [route] = await db
    .insert(routes)
    .values({ id: newId('route'), modelId, channelId, upstreamModel })
    .onConflictDoUpdate({ target: [routes.modelId, routes.channelId], set: { upstreamModel } })
    .returning({ id: routes.id });
  if (!route) throw new Error('the route was neither inserted nor updated');
  return route.id;
}

/** Writes a price unless the one in force says the same. */
async function ensurePrice(db: Db, routeId: string, price: Price): Promise<void> {
  const inForce = priceInForce(db);
  const [current] = await db
    .select({ price: prices })
    .from(routes)
    .crossJoinLateral(inForce)
    .innerJoin(prices, eq(prices.id, inForce.id))
    .where(eq(routes.id, routeId));
  if (!current || !isSamePrice(current.price, price)) await insertPrice(db, routeId, price);
}
