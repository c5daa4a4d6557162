import type { Db } from '@weir/db/connect';
import { accounts, keySpend } from '@weir/db/schema';
import { eq, sql } from 'drizzle-orm';
import { usdNumber } from './usd.ts';

/**
 * What an account was ever given, and what it used of that: the difference is its balance.
 * @see https://openrouter.ai/docs/api-reference/credits/get-credits
 */
export async function readCredits(db: Db, accountId: string) {
  const spent = db
    .select({ nanoUsd: sql<string>`coalesce(sum(${keySpend.spentTotalNanoUsd}), 0)::text` })
    .from(keySpend)
    .where(eq(keySpend.accountId, accountId));
  const [account] = await db
    .select({ balanceNanoUsd: accounts.balanceNanoUsd, usedNanoUsd: sql<string>`(${spent})` })
    .from(accounts)
    .where(eq(accounts.id, accountId));
  const used = BigInt(account?.usedNanoUsd ?? 0);
  return {
    data: {
      total_credits: usdNumber((account?.balanceNanoUsd ?? 0n) + used),
      total_usage: usdNumber(used),
    },
  };
}
