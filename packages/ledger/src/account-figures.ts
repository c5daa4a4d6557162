import type { TransactionSql } from '@weir/db/sql';

/** What is recorded of an account, each beside what it has to be. */
export interface AccountFigures {
  accountId: string;
  balanceNanoUsd: bigint;
  /** Σ entries − Σ charges of the open days. */
  expectedBalanceNanoUsd: bigint;
  heldNanoUsd: bigint;
  /** Σ holds that are still open. */
  expectedHeldNanoUsd: bigint;
  running: number;
  /** How many holds are still open. */
  expectedRunning: number;
  /** Σ charges by hour, from an hour after the beginning of the first open day. */
  usageHourlyNanoUsd: bigint;
  /** Σ charges of the requests made since then. */
  expectedUsageHourlyNanoUsd: bigint;
  /** Σ charges by day, of the open days. */
  usageDailyNanoUsd: bigint;
  /** Σ charges by hour, of the same days. */
  expectedUsageDailyNanoUsd: bigint;
}

/** A key whose counters are not what its open holds say. */
export interface KeyMismatch {
  accountId: string;
  keyId: string;
  heldNanoUsd: bigint;
  expectedHeldNanoUsd: bigint;
  running: number;
  expectedRunning: number;
}

/** The first day of which there are rows in `requests`; what came before has been closed. */
export interface OpenDays {
  /** `YYYY-MM-DD` of UTC. */
  firstDay: string;
}

/**
 * Begins the snapshot in which figures may be compared: in it, every day of requests is open or closed, and nothing
 * between. A day's closing drops a table, which a snapshot alone would not hide.
 */
export async function beginComparing(snapshot: TransactionSql): Promise<OpenDays> {
  // Before the first query: it is that one which takes the snapshot.
  await snapshot.unsafe('lock table requests in access share mode');
  const [row] = await snapshot<{ first_day: string | null }[]>`
    select to_date(min(right(child.relname, 8)), 'YYYYMMDD')::text as first_day
    from pg_inherits join pg_class child on child.oid = inhrelid where inhparent = 'requests'::regclass`;
  return { firstDay: row?.first_day ?? 'infinity' };
}

/**
 * The CTEs `figures` and `key_figures`: one row for each account and each key, of all or of one. `$1` is the first open
 * day. A request counts to the day of its row, and lies in the partition of its id, whose clock is another: what was
 * charged in the first hour of the first open day may be counted there and be dropped already.
 */
export function figuresOf(scope: 'all' | 'one'): string {
  const [ofAccount, ofKey, ofId] =
    scope === 'all' ? ['true', 'true', 'true'] : ['account_id = $2', 'key_spend.account_id = $2', 'id = $2'];
  const since = `(($1::date)::timestamp at time zone 'UTC')`;
  const settled = `${since} + interval '1 hour'`;
  return `
open_rows as materialized (
  select account_id, case when state = 'held' then key_id end as held_key, sum(charge_nano_usd) as charged,
         sum(charge_nano_usd) filter (where created_at < ${settled}) as charged_early,
         sum(hold_nano_usd) filter (where state = 'held') as held, count(*) filter (where state = 'held') as running
  from requests where ${ofAccount} group by 1, 2
), rows_by_account as (
  select account_id, sum(charged) as charged, sum(charged) - coalesce(sum(charged_early), 0) as charged_since,
         sum(held) as held, sum(running) as running
  from open_rows group by account_id
), journal as (
  select account_id, sum(amount_nano_usd) as entered from entries where ${ofAccount} group by account_id
), hourly as (
  select account_id, sum(charge_nano_usd) as charged,
         sum(charge_nano_usd) - coalesce(sum(charge_nano_usd) filter (where hour < ${settled}), 0) as charged_since
  from usage_hourly where ${ofAccount} and hour >= ${since} group by account_id
), daily as (
  select account_id, sum(charge_nano_usd) as charged
  from usage_daily where ${ofAccount} and day >= $1::date group by account_id
), figures as (
  select id, balance_nano_usd as balance, held_nano_usd as held, accounts.running,
         coalesce(entered, 0) - coalesce(rows_by_account.charged, 0) as expected_balance,
         coalesce(rows_by_account.held, 0) as expected_held,
         coalesce(rows_by_account.running, 0) as expected_running,
         coalesce(hourly.charged_since, 0) as usage_hourly,
         coalesce(rows_by_account.charged_since, 0) as expected_usage_hourly,
         coalesce(daily.charged, 0) as usage_daily,
         coalesce(hourly.charged, 0) as expected_usage_daily,
         coalesce(rows_by_account.charged, 0) as charged
  from accounts
  left join journal on journal.account_id = id
  left join rows_by_account on rows_by_account.account_id = id
  left join hourly on hourly.account_id = id
  left join daily on daily.account_id = id
  where ${ofId}
), key_figures as (
  select key_spend.account_id, key_id, held_nano_usd as held, key_spend.running,
         coalesce(open_rows.held, 0) as expected_held, coalesce(open_rows.running, 0) as expected_running
  from key_spend left join open_rows on open_rows.held_key = key_id and open_rows.account_id = key_spend.account_id
  where ${ofKey}
)`;
}

/** A row of `figures` as JSON. Money is text: a sum may be larger than any column. */
export const FIGURES_JSON = `json_build_object(
  'accountId', id, 'balance', balance::text, 'expectedBalance', expected_balance::text,
  'held', held::text, 'expectedHeld', expected_held::text, 'running', running, 'expectedRunning', expected_running,
  'usageHourly', usage_hourly::text, 'expectedUsageHourly', expected_usage_hourly::text,
  'usageDaily', usage_daily::text, 'expectedUsageDaily', expected_usage_daily::text
)`;

export interface FiguresJson {
  accountId: string;
  balance: string;
  expectedBalance: string;
  held: string;
  expectedHeld: string;
  running: number;
  expectedRunning: number;
  usageHourly: string;
  expectedUsageHourly: string;
  usageDaily: string;
  expectedUsageDaily: string;
}

export function accountFigures(json: FiguresJson): AccountFigures {
  return {
    accountId: json.accountId,
    balanceNanoUsd: BigInt(json.balance),
    expectedBalanceNanoUsd: BigInt(json.expectedBalance),
    heldNanoUsd: BigInt(json.held),
    expectedHeldNanoUsd: BigInt(json.expectedHeld),
    running: json.running,
    expectedRunning: json.expectedRunning,
    usageHourlyNanoUsd: BigInt(json.usageHourly),
    expectedUsageHourlyNanoUsd: BigInt(json.expectedUsageHourly),
    usageDailyNanoUsd: BigInt(json.usageDaily),
    expectedUsageDailyNanoUsd: BigInt(json.expectedUsageDaily),
  };
}

/** Of `figures`: whether the account does not add up. */
export const IS_MISMATCH = `(balance <> expected_balance or held <> expected_held or running <> expected_running
  or usage_hourly <> expected_usage_hourly or usage_daily <> expected_usage_daily)`;

/** Of `key_figures`: whether the key's counters are wrong. */
export const IS_KEY_MISMATCH = `(held <> expected_held or running <> expected_running)`;

/** A row of `key_figures` as JSON. */
export const KEY_FIGURES_JSON = `json_build_object(
  'accountId', account_id, 'keyId', key_id, 'held', held::text, 'expectedHeld', expected_held::text,
  'running', running, 'expectedRunning', expected_running
)`;

export interface KeyFiguresJson {
  accountId: string;
  keyId: string;
  held: string;
  expectedHeld: string;
  running: number;
  expectedRunning: number;
}

export function keyMismatch(json: KeyFiguresJson): KeyMismatch {
  const { held, expectedHeld, ...rest } = json;
  return { ...rest, heldNanoUsd: BigInt(held), expectedHeldNanoUsd: BigInt(expectedHeld) };
}
