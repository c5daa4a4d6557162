import { WeirError } from '@weir/core/errors';
import type { Db } from '@weir/db/connect';
import { accounts, entries } from '@weir/db/schema';
import { and, eq, notInArray, sql } from 'drizzle-orm';
import type { FinalStatementView } from './final-statement-view.ts';

/** What a holder is told of their money before and when they leave, as of this moment. @throws {WeirError} `not_found`. */
export async function findFinalStatement(db: Db, accountId: string): Promise<FinalStatementView> {
  const given = db
    .select({
      toppedUp:
        sql<string>`coalesce(sum(${entries.amountNanoUsd}) filter (where ${entries.kind} = 'top_up'), 0)`.as(
          'topped_up',
        ),
      credited: sql<string>`coalesce(sum(${entries.amountNanoUsd}), 0)`.as('credited'),
    })
    .from(entries)
    .where(and(eq(entries.accountId, accountId), notInArray(entries.kind, ['day_close', 'late_charge'])))
    .as('given');
  // One statement: the entries are those that the balance has in it.
  const [found] = await db
    .select({
      balance: accounts.balanceNanoUsd,
      held: accounts.heldNanoUsd,
      toppedUp: sql<string>`${given.toppedUp}::text`,
      credited: sql<string>`${given.credited}::text`,
    })
    .from(accounts)
    .innerJoin(given, sql`true`)
    .where(eq(accounts.id, accountId));
  if (!found) throw new WeirError('not_found', `There is no account ${accountId}.`);
  const [toppedUp, credited] = [BigInt(found.toppedUp), BigInt(found.credited)];
  return {
    toppedUpNanoUsd: toppedUp.toString(),
    creditedOtherwiseNanoUsd: (credited - toppedUp).toString(),
    spentNanoUsd: (credited - found.balance).toString(),
    balanceNanoUsd: found.balance.toString(),
    heldNanoUsd: found.held.toString(),
  };
}
