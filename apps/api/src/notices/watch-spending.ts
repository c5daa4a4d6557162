import type { Db } from '@weir/db/connect';
import { users } from '@weir/db/schema';
import { eq, sql } from 'drizzle-orm';
import { queueNotice } from './queue-notice.ts';

/** Shares of a key’s budget at which its account is told. */
const BUDGET_PERCENTS = [80, 100];

/**
 * Tells of balances that have fallen below their threshold since they were last above it, and of keys that have spent
 * their budget or most of it: each once. Reads what the ledger keeps; no call waits for it.
 */
export async function watchSpending(db: Db): Promise<void> {
  await db.transaction(tellLowBalances);
  await db.transaction(tellKeyBudgets);
}

interface LowBalance extends Record<string, unknown> {
  account_id: string;
  balance: string;
  threshold: string;
}

/** An account that never had as much is not told that it has little. */
async function tellLowBalances(tx: Db): Promise<void> {
  await tx.execute(sql`
    insert into balance_watches (account_id)
    select id from accounts where not exists (select from balance_watches where account_id = accounts.id)
    on conflict do nothing`);
  await tx.execute(sql`
    update balance_watches set is_low = false from accounts
    where accounts.id = account_id and is_low and balance_nano_usd >= threshold_nano_usd`);
  const fallen = await tx.execute<LowBalance>(sql`
    update balance_watches set is_low = true from accounts
    where accounts.id = account_id and not is_low and balance_nano_usd < threshold_nano_usd
    returning account_id, balance_nano_usd::text as balance, threshold_nano_usd::text as threshold`);
  for (const { account_id: accountId, balance, threshold } of fallen) {
    const data = { balanceNanoUsd: balance, thresholdNanoUsd: threshold };
    for (const { id } of await holdersOf(tx, accountId)) {
      await queueNotice(tx, { userId: id, notice: 'balance_low', data });
    }
  }
}

interface ReachedBudget extends Record<string, unknown> {
  account_id: string;
  name: string;
  period: 'total' | 'day' | 'week' | 'month';
  percent: number;
  spent: string;
  budget: string;
}

/** Of several shares that were passed since the last look, only the largest is told. */
async function tellKeyBudgets(tx: Db): Promise<void> {
  const reached = await tx.execute<ReachedBudget>(sql`
    with today as (select (now() at time zone 'UTC')::date as day), passed as (
      select keys.id as key_id, keys.account_id, keys.name, period, first_day, spent, budget, percent
      from key_spend join api_keys keys on keys.id = key_spend.key_id and keys.revoked_at is null
      cross join today
      cross join lateral (values
        ('total', date 'epoch', date 'epoch', spent_total_nano_usd, key_spend.budget_total_nano_usd),
        ('day', key_spend.day, today.day, spent_day_nano_usd, key_spend.budget_day_nano_usd),
        ('week', week, date_trunc('week', today.day)::date, spent_week_nano_usd, key_spend.budget_week_nano_usd),
        ('month', month, date_trunc('month', today.day)::date, spent_month_nano_usd, key_spend.budget_month_nano_usd)
      ) as periods (period, first_day, present, spent, budget)
      cross join unnest(${sql.raw(`array[${BUDGET_PERCENTS.join(', ')}]`)}) as percent
      where budget > 0 and first_day = present and spent::numeric * 100 >= budget::numeric * percent
    ), told as (
      insert into budget_notices (key_id, period, first_day, percent, budget_nano_usd)
      select key_id, period, first_day, percent, budget from passed
      on conflict do nothing returning key_id, period, percent
    )
    select distinct on (key_id, period) account_id, name, period, percent, spent::text, budget::text
    from passed join told using (key_id, period, percent)
    order by key_id, period, percent desc`);
  for (const { account_id: accountId, name, period, percent, spent, budget } of reached) {
    const data = { keyName: name, period, percent, spentNanoUsd: spent, budgetNanoUsd: budget };
    for (const { id } of await holdersOf(tx, accountId)) {
      await queueNotice(tx, { userId: id, notice: 'key_budget_reached', data });
    }
  }
}

function holdersOf(tx: Db, accountId: string): Promise<{ id: string }[]> {
  return tx.select({ id: users.id }).from(users).where(eq(users.accountId, accountId));
}
