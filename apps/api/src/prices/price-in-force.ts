import type { Db } from '@weir/db/connect';
import { prices, routes } from '@weir/db/schema';
import { and, asc, desc, eq, gt, lte, sql } from 'drizzle-orm';

const ofRoute = eq(prices.routeId, routes.id);

/** For a lateral join to `routes`: which of a route's prices is in force, the newest whose time has come. */
export function priceInForce(db: Db) {
  return db
    .select({ id: prices.id })
    .from(prices)
    .where(and(ofRoute, lte(prices.effectiveFrom, sql`now()`)))
    .orderBy(desc(prices.effectiveFrom), desc(prices.id))
    .limit(1)
    .as('price_in_force');
}

/** The same for the price that comes after it. */
export function priceToCome(db: Db) {
  return db
    .select({ id: prices.id })
    .from(prices)
    .where(and(ofRoute, gt(prices.effectiveFrom, sql`now()`)))
    .orderBy(asc(prices.effectiveFrom), desc(prices.id))
    .limit(1)
    .as('price_to_come');
}
