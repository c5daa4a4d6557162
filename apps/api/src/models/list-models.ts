import type { Db } from '@weir/db/connect';
import { accountGroups, accounts, channels, models, prices, routes } from '@weir/db/schema';
import { and, asc, desc, eq, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { priceInForce, priceToCome } from '../prices/price-in-force.ts';
import { priceView } from '../prices/view-price.ts';
import type { ModelView } from './model-view.ts';

/**
 * The models that can be called now: enabled, with an enabled channel and a price in force. By id.
 * @param accountId who asks, for the margin; left out by someone who is not signed in.
 */
export async function listModels(db: Db, accountId?: string): Promise<ModelView[]> {
  const [inForce, toCome] = [priceInForce(db), priceToCome(db)];
  const nextPrices = alias(prices, 'next_prices');
  const [rows, places, marginPpm] = await Promise.all([
    db
      .selectDistinctOn([models.id], {
        model: models,
        vendor: channels.vendor,
        price: prices,
        nextPrice: nextPrices,
      })
      .from(models)
      .innerJoin(routes, eq(routes.modelId, models.id))
      .innerJoin(channels, and(eq(channels.id, routes.channelId), eq(channels.enabled, true)))
      .crossJoinLateral(inForce)
      .innerJoin(prices, eq(prices.id, inForce.id))
      .leftJoinLateral(toCome, sql`true`)
      .leftJoin(nextPrices, eq(nextPrices.id, toCome.id))
      .where(eq(models.enabled, true))
      .orderBy(asc(models.id), asc(channels.priority), desc(channels.weight), asc(channels.id)),
    findPlaces(db),
    accountId === undefined ? null : findMarginPpm(db, accountId),
  ]);
  return rows.map(({ model, vendor, price, nextPrice }) => ({
    modelId: model.id,
    vendor,
    servedBy: places.get(model.id) ?? [],
    simulated: vendor === 'sandbox',
    contextTokensMax: model.contextTokensMax,
    outputTokensMax: model.outputTokensMax,
    ...priceView(price),
    nextPrice: nextPrice && priceView(nextPrice),
    marginPpm,
  }));
}

/** By model, where a call of it may go, each once. */
async function findPlaces(db: Db): Promise<Map<string, ModelView['servedBy']>> {
  const rows = await db
    .select({ modelId: routes.modelId, vendor: channels.vendor, region: channels.region })
    .from(routes)
    .innerJoin(channels, and(eq(channels.id, routes.channelId), eq(channels.enabled, true)))
    .crossJoinLateral(priceInForce(db))
    .orderBy(asc(channels.priority), desc(channels.weight), asc(channels.id));
  const places = new Map<string, ModelView['servedBy']>();
  for (const { modelId, ...place } of rows) {
    const known = places.get(modelId) ?? [];
    if (!known.some(({ vendor, region }) => vendor === place.vendor && region === place.region)) {
      places.set(modelId, [...known, place]);
    }
  }
  return places;
}

/** What the account's group pays on top of the prices; 0 without a group. */
async function findMarginPpm(db: Db, accountId: string): Promise<number> {
  const [group] = await db
    .select({ marginPpm: accountGroups.marginPpm })
    .from(accounts)
    .innerJoin(accountGroups, eq(accountGroups.id, accounts.groupId))
    .where(eq(accounts.id, accountId));
  return group?.marginPpm ?? 0;
}
