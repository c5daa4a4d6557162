import type { Price } from '@weir/catalog/charge';
import { WeirError } from '@weir/core/errors';
import type { Db } from '@weir/db/connect';
import { routes } from '@weir/db/schema';
import { and, asc, eq } from 'drizzle-orm';
import { insertPrice } from './insert-price.ts';
import type { PriceView } from './price-view.ts';
import { priceView } from './view-price.ts';

export interface NewPrice {
  modelId: string;
  /** May be left out when the model has one route. */
  channelId?: string | undefined;
  price: Price;
  /** Left out: from this moment on. */
  effectiveFrom?: Date | undefined;
}

/**
 * Sets another price of a model at a channel from a time on.
 * @throws {WeirError} `not_found`, `invalid_request` when the channel or the time won't do, `conflict` when a price begins then.
 */
export async function setPrice(
  db: Db,
  { modelId, channelId, price, effectiveFrom }: NewPrice,
): Promise<PriceView> {
  const found = await db
    .select()
    .from(routes)
    .where(
      and(eq(routes.modelId, modelId), channelId === undefined ? undefined : eq(routes.channelId, channelId)),
    )
    .orderBy(asc(routes.channelId));
  const [route, ...others] = found;
  if (!route) {
    const through = channelId === undefined ? '' : ` through ${channelId}`;
    throw new WeirError(
      'not_found',
      `There is no model ${modelId}${through}. \`weir model list\` shows those that are, \`weir model add\` adds one.`,
      { param: channelId === undefined ? 'modelId' : 'channelId' },
    );
  }
  if (others.length > 0) {
    throw new WeirError(
      'invalid_request',
      `${modelId} is served by ${found.map((one) => one.channelId).join(', ')}. Say which with --channel.`,
      { param: 'channelId' },
    );
  }
  return priceView(await insertPrice(db, route.id, price, effectiveFrom));
}
