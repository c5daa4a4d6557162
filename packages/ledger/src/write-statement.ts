import { CLOSING_COLUMNS, CLOSING_VALUES } from './closing.ts';
import type { Used } from './movements.ts';
import { COUNTED_MINUTE, countedInMinute, MINUTE_ENDS_IN_MS, spentIn, TODAY } from './today.ts';

/** The counted columns of the roll-ups, with their fields, in the order of the type `ledger_used`. */
export const COUNTED = [
  ['requests', 'requests'],
  ['failed', 'failed'],
  ['input_tokens', 'inputTokens'],
  ['cached_input_tokens', 'cachedInputTokens'],
  ['output_tokens', 'outputTokens'],
  ['reasoning_tokens', 'reasoningTokens'],
  ['charge_nano_usd', 'chargeNanoUsd'],
  ['first_byte_ms_sum', 'firstByteMsSum'],
  ['first_byte_count', 'firstByteCount'],
] as const satisfies readonly (readonly [string, keyof Used])[];

const counted = (write: (column: string) => string) => COUNTED.map(([column]) => write(column)).join(', ');

function rollUp(table: 'usage_hourly' | 'usage_daily', period: string, from: string): string {
  return `
  insert into ${table} as usage (account_id, ${period}, key_id, model_id, ${counted((column) => column)})
  ${from}
  on conflict (account_id, ${period}, key_id, model_id) do update set
  ${counted((column) => `${column} = usage.${column} + excluded.${column}`)}`;
}

const HOURS = `
  select account_id, to_timestamp(hour::float8 * 3600), key_id, model_id, ${counted((column) => column)} from used`;

/** A batch may have several hours of a day. */
const DAYS = `
  select account_id, date '1970-01-01' + hour / 24, key_id, model_id, ${counted((column) => `sum(${column})`)}
  from used group by 1, 2, 3, 4`;

const spent = (period: 'day' | 'week' | 'month') =>
  `${period} = today.${period}, spent_${period}_nano_usd = moved.charged + ${spentIn(period)}`;

const overBudget = (period: 'total' | 'day' | 'week' | 'month', spentNanoUsd: string) =>
  `spend.budget_${period}_nano_usd < spend.held_nano_usd + moved.needed + ${spentNanoUsd}`;

const REQUESTS_MINUTE = `moved.begun + ${countedInMinute('requests')}`;
const TOKENS_MINUTE = `moved.tokens + ${countedInMinute('tokens')}
  - case when moved.returned_minute = ${COUNTED_MINUTE} then moved.returned_tokens else 0 end`;

/** What is written where credit is held; its closing follows where it is there already. */
const OPENED = `account_id, key_id, model_id, dialect, streamed, hold_nano_usd, margin_ppm, disconnect_policy,
  affordable_output_tokens, source_ip, deployment_region`;

const CLOSED_AT_ONCE = {
  columns: `, state, charge_nano_usd, closed_at, overrun_nano_usd, ${CLOSING_COLUMNS}`,
  values: `, coalesce(state, 'held'), coalesce(charge_nano_usd, 0), case when state is not null then now() end,
  greatest(charge_nano_usd - hold_nano_usd, 0), ${CLOSING_COLUMNS}`,
};

const closed = (requests: string, closings: string) => `, closed as (
  update ${requests} as request set
    state = given.state, charge_nano_usd = given.charge_nano_usd, closed_at = now(),
    overrun_nano_usd = greatest(given.charge_nano_usd - request.hold_nano_usd, 0),
    model_id = coalesce(given.model_id, request.model_id), ${CLOSING_VALUES}
  from unnest(${closings}) as given
  where request.account_id = given.account_id and request.id = given.request_id and request.state = 'held'
    and (select count(*) from of_account) > 0
  returning 1
)`;

const opened = (
  requests: string,
  openings: string,
  { columns, values } = { columns: '', values: '' },
) => `, opened as (
  insert into ${requests} (id, hold_expires_at, ${OPENED}${columns})
  select request_id, now() + ttl_ms * interval '1 ms', ${OPENED}${values} from unnest(${openings})
)`;

const rolledUp = (usage: string) => `, used as materialized (
  select * from unnest(${usage})
), by_hour as (${rollUp('usage_hourly', 'hour', HOURS)}
), by_day as (${rollUp('usage_daily', 'day', DAYS)}
)`;

/** Of what a batch has. To set up a part that has nothing to do takes Postgres a twentieth of an ordinary batch's time. */
export interface Parts {
  /** Requests that are held already are closed. */
  readonly closes: boolean;
  /** Requests are written: `held` all of them, or some that are `closed` at once. */
  readonly opens: 'none' | 'held' | 'closed';
  /** Something is added to the roll-ups. */
  readonly uses: boolean;
}

/**
 * All that a batch changes, in one statement, which changes nothing (`division_by_zero`) unless all of it can be: each
 * request to be closed is still held, and whoever is held for has the balance, the budgets and the slots afterwards.
 * Accounts come first, in the order of the batch, and everything else that belongs to an account changes only under
 * its lock. What others have committed meanwhile counts, as Postgres looks at the newest version of a row it changes.
 *
 * Its parameters: the accounts' movements, the keys', of how many keys calls begin, and the minute that it has to be;
 * then the closings, the openings and the usage, each where there is any.
 */
function writeStatement(requests: string, { closes, opens, uses }: Parts): string {
  let parameters = 4;
  const given = (type: string) => `$${++parameters}::${type}[]`;
  const closings = closes && given('ledger_closing');
  return `
with of_account as (
  update accounts set balance_nano_usd = balance_nano_usd - moved.charged,
                      held_nano_usd = held_nano_usd + moved.held, running = accounts.running + moved.running
  from unnest($1::ledger_moved_account[]) as moved
  where accounts.id = moved.id and (moved.begun = 0 or (
    balance_nano_usd - held_nano_usd >= moved.needed
    and coalesce(accounts.running + moved.running_most <= concurrency_max, true)
  ))
  returning accounts.id, balance_nano_usd - held_nano_usd as available
), ${TODAY}, of_key as (
  update key_spend spend set held_nano_usd = held_nano_usd + moved.held, running = spend.running + moved.running,
                             spent_total_nano_usd = spent_total_nano_usd + moved.charged,
                             ${spent('day')}, ${spent('week')}, ${spent('month')},
                             minute = ${COUNTED_MINUTE}, requests_minute = ${REQUESTS_MINUTE},
                             tokens_minute = ${TOKENS_MINUTE} + moved.used_beyond,
                             last_used_at = case when moved.begun > 0 then now() else last_used_at end,
                             previous_secret_used_at =
                               case when moved.used_previous then now() else previous_secret_used_at end
  from unnest($2::ledger_moved_key[]) as moved cross join today
  where spend.key_id = moved.id and (select count(*) from of_account) > 0 and (moved.begun = 0 or (
    spend.concurrency_max < spend.running + moved.running_most
    or spend.requests_per_minute_max < ${REQUESTS_MINUTE} or spend.tokens_per_minute_max < ${TOKENS_MINUTE}
    or ${overBudget('total', 'spend.spent_total_nano_usd')} or ${overBudget('day', spentIn('day'))}
    or ${overBudget('week', spentIn('week'))} or ${overBudget('month', spentIn('month'))}
  ) is not true)
  returning moved.begun, spend.key_id, spend.requests_per_minute_max as requests_max,
    spend.tokens_per_minute_max as tokens_max, spend.requests_minute, spend.tokens_minute,
    ${MINUTE_ENDS_IN_MS} as ends_in_ms
), rated as (
  select json_agg(json_build_object(
    'keyId', key_id, 'minuteEndsInMs', ends_in_ms, 'requestsMax', requests_max, 'tokensMax', tokens_max,
    'requestsLeft', greatest(requests_max - requests_minute, 0), 'tokensLeft', greatest(tokens_max - tokens_minute, 0)
  )) as rates
  from of_key where begun > 0 and coalesce(requests_max, tokens_max) is not null
)${closings ? closed(requests, closings) : ''}${
    opens === 'none'
      ? ''
      : opened(requests, given('ledger_opening'), opens === 'closed' ? CLOSED_AT_ONCE : undefined)
  }${uses ? rolledUp(given('ledger_used')) : ''}
select of_account.id as "accountId", available as "availableNanoUsd",
  floor(extract(epoch from now()) / 60)::int as minute, (select rates from rated) as rates,
  1 / (case when (select count(*) from of_account) = cardinality($1)
                 and (select count(*) from of_key where begun > 0) = $3::int
                 ${closings ? `and (select count(*) from closed) = cardinality(${closings})` : ''}
                 and coalesce($4::int = floor(extract(epoch from now()) / 60)::int, true) then 1 else 0 end) as fits
from (values (1)) as always left join of_account on true`;
}

/** The text for each partition and parts: the same one each time, as that is what a statement is prepared by. */
const statements = new Map<string, string>();
const STATEMENTS_MAX = 32;

export function statementOf(requests: string, parts: Parts): string {
  const name = `${requests} ${parts.closes} ${parts.opens} ${parts.uses}`;
  let statement = statements.get(name);
  if (statement === undefined) {
    if (statements.size >= STATEMENTS_MAX) statements.clear();
    statements.set(name, (statement = writeStatement(requests, parts)));
  }
  return statement;
}
