import type { Db } from '@weir/db/connect';
import { prices, routes } from '@weir/db/schema';
import { and, desc, eq, lte, sql } from 'drizzle-orm';

/** For a lateral join to `routes`: the newest of a route's prices whose time has come. */
export function priceInForce(db: Db) {
  return db
    .select()
    .from(prices)
    .where(and(eq(prices.routeId, routes.id), lte(prices.effectiveFrom, sql`now()`)))
    .orderBy(desc(prices.effectiveFrom), desc(prices.id))
    .limit(1)
    .as('price');
}
