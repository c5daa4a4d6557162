import { WeirError } from '@weir/core/errors';
import type { Db } from '@weir/db/connect';
import { accounts } from '@weir/db/schema';
import { eq } from 'drizzle-orm';
import type { BalanceView } from './balance-view.ts';

/** @throws {WeirError} `not_found`. */
export async function findBalance(db: Db, accountId: string): Promise<BalanceView> {
  const [account] = await db.select().from(accounts).where(eq(accounts.id, accountId));
  if (!account) throw new WeirError('not_found', `There is no account ${accountId}.`);
  const { balanceNanoUsd, heldNanoUsd } = account;
  return {
    accountId,
    balanceNanoUsd: balanceNanoUsd.toString(),
    heldNanoUsd: heldNanoUsd.toString(),
    availableNanoUsd: (balanceNanoUsd - heldNanoUsd).toString(),
  };
}
