import type { Price, PriceTier } from '@weir/catalog/charge';
import { WeirError } from '@weir/core/errors';
import { newId } from '@weir/core/ids';
import type { Db } from '@weir/db/connect';
import { prices, routes, type PriceTierColumns } from '@weir/db/schema';
import { and, eq, sql } from 'drizzle-orm';
import { OPTIONAL_COMPONENTS } from './price-components.ts';

/**
 * Writes another version of a route's price; those that were stay as they are.
 * @param effectiveFrom left out: from this moment on.
 * @throws {WeirError} `conflict` when a price of the route begins at the same time, `invalid_request` when that time is over.
 */
export async function insertPrice(
  db: Db,
  routeId: string,
  price: Price,
  effectiveFrom?: Date,
): Promise<typeof prices.$inferSelect> {
  return db.transaction(async (tx) => {
    // One at a time for a route, so that two can't take the same start.
    await tx.select({ id: routes.id }).from(routes).where(eq(routes.id, routeId)).for('update');
    const startsAt = effectiveFrom ? sql`${effectiveFrom.toISOString()}::timestamptz` : sql`now()`;
    const [clock] = await tx.execute<{ is_over: boolean }>(sql`select ${startsAt} < now() as is_over`);
    if (clock?.is_over) {
      throw new WeirError(
        'invalid_request',
        `${effectiveFrom?.toISOString()} is over: what was charged since then would have another price. Give a time to come, or none for now.`,
        { param: 'effectiveFrom' },
      );
    }
    if ((await tx.$count(prices, and(eq(prices.routeId, routeId), eq(prices.effectiveFrom, startsAt)))) > 0) {
      throw new WeirError(
        'conflict',
        `There is a price from ${effectiveFrom?.toISOString() ?? 'this moment'} on already. Prices are not changed; choose another time.`,
        { param: 'effectiveFrom' },
      );
    }
    const { tiers = [], ...components } = price;
    const [row] = await tx
      .insert(prices)
      .values({
        ...components,
        id: newId('price'),
        routeId,
        effectiveFrom: startsAt,
        tiers: tiers.map(tierColumns),
      })
      .returning();
    if (!row) throw new Error('the price was not inserted');
    return row;
  });
}

function tierColumns(tier: PriceTier): PriceTierColumns {
  const columns: PriceTierColumns = {
    inputTokensFrom: tier.inputTokensFrom,
    inputNanoUsdPerMtok: tier.inputNanoUsdPerMtok.toString(),
    outputNanoUsdPerMtok: tier.outputNanoUsdPerMtok.toString(),
  };
  for (const component of OPTIONAL_COMPONENTS) {
    const amount = tier[component];
    if (amount !== undefined) columns[component] = amount.toString();
  }
  return columns;
}
