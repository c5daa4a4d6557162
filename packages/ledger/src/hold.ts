import type { Sql, TransactionSql } from '@weir/db/sql';
import { idsOf, TODAY } from './closed-effects.ts';

export interface Hold {
  requestId: string;
  accountId: string;
  keyId: string;
  modelId: string;
  dialect: string;
  streamed: boolean;
  /** The most that this call can cost. */
  holdNanoUsd: bigint;
  /** When the sweep may release the hold, should nobody have closed it; counted by the database's clock. */
  ttlMs: number;
  /** What the account's group pays on top of the prices, in millionths. */
  marginPpm?: number;
  disconnectPolicy?: 'cancel' | 'drain';
  /** The output limit that the balance imposed. */
  affordableOutputTokens?: number | undefined;
}

export type BudgetPeriod = 'total' | 'day' | 'week' | 'month';

/** Who said no, and what was left at that moment. Amounts in nanoUsd. */
export type Refusal =
  | { by: 'balance'; leftNanoUsd: bigint }
  | { by: 'key_budget'; period: BudgetPeriod; leftNanoUsd: bigint }
  | { by: 'account_concurrency' | 'key_concurrency'; running: number; concurrencyMax: number };

export type HoldResult =
  | {
      granted: true;
      /** What the account can spend beside this hold. */
      availableNanoUsd: bigint;
    }
  | { granted: false; refusal: Refusal };

/**
 * Within a batch the smaller hold goes first. So a running sum decides exactly as going one by one would: once a hold
 * does not fit, neither does any that comes after it, and a refused one takes nothing from its neighbours.
 */
const GRANT = `
with asked as (
  select * from json_to_recordset($1::text::json) as asked(
    ord int, id text, account_id text, key_id text, model_id text, dialect text, streamed boolean, amount bigint,
    ttl_ms float8, margin_ppm int, disconnect_policy disconnect_policy, affordable_output_tokens int
  )
), ${TODAY}, figures as (
  select asked.*,
    account.balance_nano_usd - account.held_nano_usd as available,
    account.running as account_running, account.concurrency_max as account_concurrency_max,
    spend.running as key_running, key.concurrency_max as key_concurrency_max,
    key.budget_total_nano_usd - spend.held_nano_usd - spend.spent_total_nano_usd as left_total,
    key.budget_day_nano_usd - spend.held_nano_usd
      - case when spend.day = today.day then spend.spent_day_nano_usd else 0 end as left_day,
    key.budget_week_nano_usd - spend.held_nano_usd
      - case when spend.week = today.week then spend.spent_week_nano_usd else 0 end as left_week,
    key.budget_month_nano_usd - spend.held_nano_usd
      - case when spend.month = today.month then spend.spent_month_nano_usd else 0 end as left_month
  from asked cross join today
  join accounts account on account.id = asked.account_id and account.id = any($2::text[])
  left join api_keys key on key.id = asked.key_id and key.id = any($3::text[])
  left join key_spend spend on spend.key_id = asked.key_id and spend.key_id = any($3::text[])
), by_key as (
  select *,
    coalesce(sum(amount) over in_key <= least(left_total, left_day, left_week, left_month), true) as in_budget,
    coalesce(row_number() over in_key <= key_concurrency_max - key_running, true) as in_key_slots
  from figures
  window in_key as (partition by key_id order by amount, ord rows unbounded preceding)
), by_account as (
  select *,
    coalesce(sum(amount) filter (where in_budget and in_key_slots) over in_account, 0) <= available as covered,
    coalesce(count(*) filter (where in_budget and in_key_slots) over in_account
      <= account_concurrency_max - account_running, true) as in_account_slots
  from by_key
  window in_account as (partition by account_id order by amount, ord rows unbounded preceding)
), judged as (
  select *, in_budget and in_key_slots and covered and in_account_slots as granted from by_account
), written as (
  insert into requests (account_id, id, key_id, model_id, dialect, streamed, hold_nano_usd, hold_expires_at,
                        margin_ppm, disconnect_policy, affordable_output_tokens)
  select account_id, id, key_id, model_id, dialect, streamed, amount, now() + ttl_ms * interval '1 ms',
         margin_ppm, disconnect_policy, affordable_output_tokens
  from judged where granted
), held_of_account as (
  update accounts set held_nano_usd = held_nano_usd + sums.amount, running = running + sums.calls
  from (select account_id, sum(amount) as amount, count(*) as calls from judged where granted group by 1) as sums
  where accounts.id = sums.account_id and accounts.id = any($2::text[])
), held_of_key as (
  update key_spend set held_nano_usd = held_nano_usd + sums.amount, running = running + sums.calls,
                       last_used_at = now()
  from (select key_id, sum(amount) as amount, count(*) as calls from judged where granted group by 1) as sums
  where key_spend.key_id = sums.key_id and key_spend.key_id = any($3::text[])
)
select ord, granted,
  available - coalesce(sum(amount) filter (where granted) over (partition by account_id), 0)::bigint as available,
  case when not granted then json_build_object(
    'accountRunning', account_running + count(*) filter (where granted) over (partition by account_id),
    'accountConcurrencyMax', account_concurrency_max,
    'keyRunning', key_running + count(*) filter (where granted) over (partition by key_id),
    'keyConcurrencyMax', key_concurrency_max,
    'keyGranted', (coalesce(sum(amount) filter (where granted) over (partition by key_id), 0))::text,
    'left', json_build_object('total', left_total::text, 'day', left_day::text, 'week', left_week::text,
                              'month', left_month::text)
  ) end as reasons
from judged`;

interface Verdict {
  ord: number;
  granted: boolean;
  available: bigint;
  reasons: Reasons | null;
}

/** What a refused hold met; the calls running are those with all that its batch has granted. */
interface Reasons {
  accountRunning: number;
  accountConcurrencyMax: number | null;
  keyRunning: number;
  keyConcurrencyMax: number | null;
  /** What the same batch has granted to the key. */
  keyGranted: string;
  /** Before the batch. */
  left: Record<BudgetPeriod, string | null>;
}

/**
 * Reserves credit and writes the requests' rows, each hold by itself or not at all: on the account's balance, in the
 * key's budgets, and within both limits of concurrency. The accounts must be locked.
 * @returns in the order of `holds`.
 */
export async function grantHolds(tx: TransactionSql | Sql, holds: readonly Hold[]): Promise<HoldResult[]> {
  if (holds.length === 0) return [];
  const asked = holds.map((hold, ord) => ({
    ord,
    id: hold.requestId,
    account_id: hold.accountId,
    key_id: hold.keyId,
    model_id: hold.modelId,
    dialect: hold.dialect,
    streamed: hold.streamed,
    amount: hold.holdNanoUsd.toString(),
    ttl_ms: hold.ttlMs,
    margin_ppm: hold.marginPpm ?? 0,
    disconnect_policy: hold.disconnectPolicy ?? 'cancel',
    affordable_output_tokens: hold.affordableOutputTokens,
  }));
  const { accountIds, keyIds } = idsOf(holds);
  const parameters = [JSON.stringify(asked), accountIds, keyIds];
  const verdicts = await tx.unsafe<Verdict[]>(GRANT, parameters, { prepare: true });
  const byOrd = new Map(verdicts.map((verdict) => [verdict.ord, verdict]));
  return holds.map((hold, ord) => {
    const verdict = byOrd.get(ord);
    if (!verdict) throw new Error(`account ${hold.accountId} does not exist`);
    return resultOf(verdict, hold);
  });
}

function resultOf({ granted, available, reasons }: Verdict, hold: Hold): HoldResult {
  if (granted || !reasons) return { granted: true, availableNanoUsd: available };
  return { granted: false, refusal: refusalOf(reasons, available, hold) };
}

/**
 * Judged as if it had come last: what its batch granted leaves only less. A neighbour that was refused as well has no
 * part in the reason.
 */
function refusalOf(reasons: Reasons, availableNanoUsd: bigint, { holdNanoUsd }: Hold): Refusal {
  const { keyRunning, keyConcurrencyMax, accountRunning, accountConcurrencyMax } = reasons;
  if (keyConcurrencyMax !== null && keyRunning >= keyConcurrencyMax) {
    return { by: 'key_concurrency', running: keyRunning, concurrencyMax: keyConcurrencyMax };
  }
  const budget = tightestBudget(reasons);
  if (budget && holdNanoUsd > budget.leftNanoUsd) return { by: 'key_budget', ...budget };
  if (accountConcurrencyMax !== null && accountRunning >= accountConcurrencyMax) {
    return { by: 'account_concurrency', running: accountRunning, concurrencyMax: accountConcurrencyMax };
  }
  return { by: 'balance', leftNanoUsd: availableNanoUsd };
}

function tightestBudget({
  left,
  keyGranted,
}: Reasons): { period: BudgetPeriod; leftNanoUsd: bigint } | undefined {
  const [first, ...others] = (['total', 'month', 'week', 'day'] as const).flatMap((period) => {
    const figure = left[period];
    return figure === null ? [] : [{ period, leftNanoUsd: BigInt(figure) - BigInt(keyGranted) }];
  });
  if (!first) return undefined;
  return others.reduce((one, other) => (other.leftNanoUsd < one.leftNanoUsd ? other : one), first);
}
