import type { Db } from '@weir/db/connect';
import { channels, prices, routes } from '@weir/db/schema';
import { asc, desc, eq, sql } from 'drizzle-orm';
import type { PriceView } from './price-view.ts';
import { priceView } from './view-price.ts';

/** One version of the price of a model at a channel. */
export interface ListedPrice extends PriceView {
  modelId: string;
  channelId: string;
  vendor: string;
  state: 'coming' | 'in_force' | 'past';
}

/** Every version of every price, or of one model's: by model and channel, the latest first. */
export async function listPrices(db: Db, modelId?: string): Promise<ListedPrice[]> {
  const rows = await db
    .select({
      price: prices,
      route: routes,
      vendor: channels.vendor,
      isComing: sql<boolean>`${prices.effectiveFrom} > now()`,
      /** Of those that have begun, the first is in force. */
      rank: sql<number>`rank() over (
        partition by ${prices.routeId}, ${prices.effectiveFrom} > now()
        order by ${prices.effectiveFrom} desc, ${prices.id} desc)::int`,
    })
    .from(prices)
    .innerJoin(routes, eq(routes.id, prices.routeId))
    .innerJoin(channels, eq(channels.id, routes.channelId))
    .where(modelId === undefined ? undefined : eq(routes.modelId, modelId))
    .orderBy(asc(routes.modelId), asc(routes.channelId), desc(prices.effectiveFrom), desc(prices.id));
  return rows.map(({ price, route, vendor, isComing, rank }) => ({
    modelId: route.modelId,
    channelId: route.channelId,
    vendor,
    state: isComing ? 'coming' : rank === 1 ? 'in_force' : 'past',
    ...priceView(price),
  }));
}
