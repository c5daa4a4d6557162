import { requestDaysTable } from '@weir/db/request-days';
import type { AnySql, PendingQuery } from '@weir/db/sql';
import {
  CLOSING_COLUMNS,
  CLOSING_FIELDS,
  CLOSING_NAMES,
  CLOSING_VALUES,
  type Closing,
  type Opening,
} from './closing.ts';
import type { Moved, Movements, Used } from './movements.ts';
import type { Hold, KeyRate } from './hold.ts';
import { COUNTED_MINUTE, countedInMinute, MINUTE_ENDS_IN_MS, spentIn, TODAY } from './today.ts';

export interface Changes {
  /** No request twice. */
  readonly closings: readonly Closing[];
  /** Granted ones. */
  readonly openings: readonly Opening[];
  /** What all of these come to. */
  readonly movements: Movements;
  /** The one that openings which are closed at once are counted in: it has to be that of the writing. */
  readonly minute?: number | undefined;
}

/** An account after the changes. */
export interface Written {
  readonly accountId: string;
  readonly availableNanoUsd: bigint;
  /** The minute in which they were made, counted from that of Unix time 0. */
  readonly minute: number;
  /** Of all keys with limits of a minute, on each account; null when there is none. */
  readonly rates: readonly (KeyRate & { readonly keyId: string })[] | null;
}

const MOVED =
  'id text, held bigint, charged bigint, needed bigint, running int, "runningMost" int, begun int';
/** Of a key besides. */
const MOVED_OF_KEY =
  'tokens bigint, "returnedTokens" bigint, "returnedMinute" int, "usedBeyond" bigint, "usedPrevious" boolean';

/** The counted columns of the roll-ups, with their fields. */
const COUNTED = [
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

const counted = (write: (column: string, field: string) => string) =>
  COUNTED.map(([column, field]) => write(column, field)).join(', ');

function rollUp(table: 'usage_hourly' | 'usage_daily', period: string, from: string): string {
  return `
  insert into ${table} as usage (account_id, ${period}, key_id, model_id, ${counted((column) => column)})
  ${from}
  on conflict (account_id, ${period}, key_id, model_id) do update set
  ${counted((column) => `${column} = usage.${column} + excluded.${column}`)}`;
}

const HOURS = `
  select "accountId", to_timestamp(hour::float8 * 3600), "keyId", "modelId", ${counted((_, field) => `"${field}"`)} from used`;

/** A batch may have several hours of a day. */
const DAYS = `
  select "accountId", date '1970-01-01' + hour / 24, "keyId", "modelId", ${counted((_, field) => `sum("${field}")`)}
  from used group by 1, 2, 3, 4`;

const spent = (period: 'day' | 'week' | 'month') =>
  `${period} = today.${period}, spent_${period}_nano_usd = moved.charged + ${spentIn(period)}`;

const overBudget = (period: 'total' | 'day' | 'week' | 'month', spentNanoUsd: string) =>
  `spend.budget_${period}_nano_usd < spend.held_nano_usd + moved.needed + ${spentNanoUsd}`;

const REQUESTS_MINUTE = `moved.begun + ${countedInMinute('requests')}`;
const TOKENS_MINUTE = `moved.tokens + ${countedInMinute('tokens')}
  - case when moved."returnedMinute" = ${COUNTED_MINUTE} then moved."returnedTokens" else 0 end`;

/**
 * What a hold may say beside the rest: its field, the column, and the column's type. Each costs every call its time, so a
 * statement speaks of those alone that its batch fills.
 */
const NOTED = [
  ['sourceIp', 'source_ip', 'inet'],
  ['deploymentRegion', 'deployment_region', 'text'],
] as const satisfies readonly (readonly [keyof Hold, string, string])[];
type Noted = (typeof NOTED)[number];

const listed = (noted: readonly Noted[], write: (one: Noted) => string) =>
  noted.map((one) => `, ${write(one)}`).join('');

/**
 * All that a batch changes, in one statement, which changes nothing (`division_by_zero`) unless all of it can be: each
 * request to be closed is still held, and whoever is held for has the balance, the budgets and the slots afterwards.
 * Accounts come first, in the order of the batch, and everything else that belongs to an account changes only under
 * its lock. What others have committed meanwhile counts, as Postgres looks at the newest version of a row it changes.
 */
const writeStatement = (requests: string, noted: readonly Noted[]) => `
with of_account as (
  update accounts set balance_nano_usd = balance_nano_usd - moved.charged,
                      held_nano_usd = held_nano_usd + moved.held, running = accounts.running + moved.running
  from json_to_recordset($3::text::json) as moved(${MOVED})
  where accounts.id = moved.id and (moved.begun = 0 or (
    balance_nano_usd - held_nano_usd >= moved.needed
    and coalesce(accounts.running + moved."runningMost" <= concurrency_max, true)
  ))
  returning accounts.id, balance_nano_usd - held_nano_usd as available
), ${TODAY}, of_key as (
  update key_spend spend set held_nano_usd = held_nano_usd + moved.held, running = spend.running + moved.running,
                             spent_total_nano_usd = spent_total_nano_usd + moved.charged,
                             ${spent('day')}, ${spent('week')}, ${spent('month')},
                             minute = ${COUNTED_MINUTE}, requests_minute = ${REQUESTS_MINUTE},
                             tokens_minute = ${TOKENS_MINUTE} + moved."usedBeyond",
                             last_used_at = case when moved.begun > 0 then now() else last_used_at end,
                             previous_secret_used_at =
                               case when moved."usedPrevious" then now() else previous_secret_used_at end
  from json_to_recordset($4::text::json) as moved(${MOVED}, ${MOVED_OF_KEY}) cross join today
  where spend.key_id = moved.id and (select count(*) from of_account) > 0 and (moved.begun = 0 or (
    spend.concurrency_max < spend.running + moved."runningMost"
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
), closed as (
  update ${requests} as request set
    state = given.state, charge_nano_usd = given."chargeNanoUsd", closed_at = now(),
    overrun_nano_usd = greatest(given."chargeNanoUsd" - request.hold_nano_usd, 0), ${CLOSING_VALUES}
  from json_to_recordset($1::text::json) as given(
    "accountId" text, "requestId" text, state request_state, "chargeNanoUsd" bigint, ${CLOSING_COLUMNS}
  )
  where request.account_id = given."accountId" and request.id = given."requestId" and request.state = 'held'
    and (select count(*) from of_account) > 0
  returning 1
), opened as (
  insert into ${requests} (account_id, id, key_id, model_id, dialect, streamed, hold_nano_usd, hold_expires_at,
                           margin_ppm, disconnect_policy, affordable_output_tokens, state, charge_nano_usd, closed_at,
                           overrun_nano_usd, ${CLOSING_NAMES}${listed(noted, ([, column]) => column)})
  select "accountId", "requestId", "keyId", "modelId", dialect, streamed, "holdNanoUsd",
         now() + "ttlMs" * interval '1 ms', coalesce("marginPpm", 0), coalesce("disconnectPolicy", 'cancel'),
         "affordableOutputTokens", coalesce(state, 'held'), coalesce("chargeNanoUsd", 0),
         case when state is not null then now() end, greatest("chargeNanoUsd" - "holdNanoUsd", 0),
         ${CLOSING_FIELDS}${listed(noted, ([field]) => `"${field}"`)}
  from json_to_recordset($2::text::json) as opening(
    "accountId" text, "requestId" text, "keyId" text, dialect text, streamed boolean,
    "holdNanoUsd" bigint, "ttlMs" float8, "marginPpm" int, "disconnectPolicy" disconnect_policy,
    "affordableOutputTokens" int, state request_state, "chargeNanoUsd" bigint,
    ${CLOSING_COLUMNS}${listed(noted, ([field, , type]) => `"${field}" ${type}`)}
  )
), used as materialized (
  select * from json_to_recordset($5::text::json) as used(
    "accountId" text, "keyId" text, "modelId" text, hour int, ${counted((_, field) => `"${field}" bigint`)}
  )
), by_hour as (${rollUp('usage_hourly', 'hour', HOURS)}
), by_day as (${rollUp('usage_daily', 'day', DAYS)}
)
select of_account.id as "accountId", available as "availableNanoUsd",
  floor(extract(epoch from now()) / 60)::int as minute, (select rates from rated) as rates,
  1 / (case when (select count(*) from of_account) = $6::int and (select count(*) from of_key where begun > 0) = $7::int
                 and (select count(*) from closed) = $8::int
                 and coalesce($9::int = floor(extract(epoch from now()) / 60)::int, true) then 1 else 0 end) as fits
from (values (1)) as always left join of_account on true`;

/**
 * The text for each partition: the same one each time, as that is what a statement is prepared by.
 */
const statements = new Map<string, string>();
const STATEMENTS_MAX = 8;

function statementOf(requests: string, noted: readonly Noted[]): string {
  const name = `${requests}${listed(noted, ([, column]) => column)}`;
  let statement = statements.get(name);
  if (statement === undefined) {
    if (statements.size >= STATEMENTS_MAX) statements.clear();
    statements.set(name, (statement = writeStatement(requests, noted)));
  }
  return statement;
}

/** @throws what `isRefused` knows, and then has changed nothing. */
export function write(
  sql: AnySql,
  { closings, openings, movements, minute }: Changes,
): PendingQuery<Written[]> {
  const accounts = Array.from(movements.accounts, movedRow).toSorted(byId);
  const keys = Array.from(movements.keys, movedKeyRow);
  const opened = openings.map(openingRow);
  const table = requestDaysTable([...closings, ...opened].map(({ requestId }) => requestId));
  const parameters = [
    JSON.stringify(
      closings.map((closing) => ({ ...closing, chargeNanoUsd: closing.chargeNanoUsd.toString() })),
    ),
    JSON.stringify(opened),
    JSON.stringify(accounts),
    JSON.stringify(keys),
    JSON.stringify(
      Array.from(movements.usage, (used) => ({ ...used, chargeNanoUsd: used.chargeNanoUsd.toString() })),
    ),
    accounts.length,
    keys.filter(({ begun }) => begun > 0).length,
    closings.length,
    openings.some(({ closing }) => closing) ? (minute ?? null) : null,
  ];
  const noted = NOTED.filter(([field]) => opened.some((opening) => opening[field] !== undefined));
  return sql.unsafe<Written[]>(statementOf(table, noted), parameters, { prepare: true });
}

/*
 * Every call has its rows. To copy one object and name the rest is fast; to copy a second one into it, or all but some
 * fields, takes several times as long.
 */

function openingRow({ hold, closing }: Opening) {
  return {
    ...closing,
    accountId: hold.accountId,
    requestId: hold.requestId,
    keyId: hold.keyId,
    modelId: closing?.modelId ?? hold.modelId,
    dialect: hold.dialect,
    streamed: hold.streamed,
    holdNanoUsd: hold.holdNanoUsd.toString(),
    chargeNanoUsd: closing?.chargeNanoUsd.toString(),
    ttlMs: hold.ttlMs,
    marginPpm: hold.marginPpm,
    disconnectPolicy: hold.disconnectPolicy,
    affordableOutputTokens: hold.affordableOutputTokens,
    sourceIp: hold.sourceIp,
    deploymentRegion: hold.deploymentRegion,
  };
}

function movedRow(moved: Moved) {
  return {
    id: moved.id,
    held: moved.heldNanoUsd.toString(),
    charged: moved.chargedNanoUsd.toString(),
    needed: moved.neededNanoUsd.toString(),
    running: moved.running,
    runningMost: moved.runningMost,
    begun: moved.begun,
  };
}

function movedKeyRow(moved: Moved) {
  return {
    ...movedRow(moved),
    tokens: moved.tokens,
    returnedTokens: moved.returnedTokens,
    returnedMinute: moved.returnedMinute,
    usedBeyond: moved.usedBeyond,
    usedPrevious: moved.usedPrevious,
  };
}

const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);

/** Whether the changes as a whole could not be made. */
export function isRefused(error: unknown): boolean {
  return (error as { code?: string }).code === '22012';
}
