/** What a closed request says to the counters; the columns that the CTE `closed` has to return. */
export const CLOSED_COLUMNS = `
  requests.account_id, requests.id, requests.key_id, requests.model_id, requests.state, requests.outcome,
  requests.hold_nano_usd, requests.charge_nano_usd, requests.created_at, requests.input_tokens,
  requests.cached_input_tokens, requests.output_tokens, requests.reasoning_tokens, requests.first_byte_ms`;

const COUNTED = [
  'requests',
  'failed',
  'input_tokens',
  'cached_input_tokens',
  'output_tokens',
  'reasoning_tokens',
  'charge_nano_usd',
  'first_byte_ms_sum',
  'first_byte_count',
];

const SUMS = `
  count(*) as requests,
  count(*) filter (where state <> 'settled' and outcome not in ('ok', 'client_closed')) as failed,
  coalesce(sum(input_tokens), 0) as input_tokens, coalesce(sum(cached_input_tokens), 0) as cached_input_tokens,
  coalesce(sum(output_tokens), 0) as output_tokens, coalesce(sum(reasoning_tokens), 0) as reasoning_tokens,
  sum(charge_nano_usd) as charge_nano_usd, coalesce(sum(first_byte_ms), 0) as first_byte_ms_sum,
  count(first_byte_ms) as first_byte_count`;

function rollUp(table: 'usage_hourly' | 'usage_daily', period: string, begin: string): string {
  return `
  insert into ${table} as usage (account_id, ${period}, key_id, model_id, ${COUNTED.join(', ')})
  select account_id, ${begin}, key_id, model_id, ${SUMS} from closed group by 1, 2, 3, 4 order by 1, 2, 3, 4
  on conflict (account_id, ${period}, key_id, model_id) do update set
  ${COUNTED.map((column) => `${column} = usage.${column} + excluded.${column}`).join(', ')}`;
}

function spent(period: string): string {
  return `${period} = today.${period}, spent_${period}_nano_usd = sums.charge
    + case when key_spend.${period} = today.${period} then spent_${period}_nano_usd else 0 end`;
}

/** The CTE of the day, the week and the month that it is, in UTC. */
export const TODAY = `today as (
  select day, date_trunc('week', day)::date as week, date_trunc('month', day)::date as month
  from (select (now() at time zone 'UTC')::date as day) as utc
)`;

/** Assignments to `key_spend` that add `sums.charge` to what was spent in the periods of `today`. */
export const SPENT_BY_PERIOD = ['day', 'week', 'month'].map(spent).join(', ');

/**
 * The CTEs after `closed`, whoever closed the requests: the hold goes back, the charge is taken from the account and
 * counted against the key's budgets, and usage is rolled up by hour and by day. `$2` are the accounts and `$3` the keys:
 * see {@link idsOf}.
 */
export const CLOSED_EFFECTS = `
of_account as (
  update accounts set held_nano_usd = held_nano_usd - sums.hold, running = running - sums.calls,
                      balance_nano_usd = balance_nano_usd - sums.charge
  from (select account_id, sum(hold_nano_usd) as hold, sum(charge_nano_usd) as charge, count(*) as calls
        from closed group by 1) as sums
  where accounts.id = sums.account_id and accounts.id = any($2::text[])
), ${TODAY}, of_key as (
  update key_spend set held_nano_usd = held_nano_usd - sums.hold, running = running - sums.calls,
                       spent_total_nano_usd = spent_total_nano_usd + sums.charge,
                       ${SPENT_BY_PERIOD}
  from (select key_id, sum(hold_nano_usd) as hold, sum(charge_nano_usd) as charge, count(*) as calls
        from closed group by 1) as sums cross join today
  where key_spend.key_id = sums.key_id and key_spend.key_id = any($3::text[])
), by_hour as (${rollUp('usage_hourly', 'hour', `date_trunc('hour', created_at, 'UTC')`)}
), by_day as (${rollUp('usage_daily', 'day', `(created_at at time zone 'UTC')::date`)}
)`;

export interface BelongsToKey {
  readonly accountId: string;
  readonly keyId: string;
}

/**
 * The accounts and the keys of a batch, as arrays. Every statement enters every table by an index on them: joined to
 * the batch alone, a plan that was made while the table was small would go on to read all of it.
 */
export function idsOf(batch: readonly BelongsToKey[]): { accountIds: string[]; keyIds: string[] } {
  return {
    accountIds: [...new Set(batch.map(({ accountId }) => accountId))],
    keyIds: [...new Set(batch.map(({ keyId }) => keyId))],
  };
}
