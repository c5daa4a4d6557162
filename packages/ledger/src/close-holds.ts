import type { Sql, TransactionSql } from '@weir/db/sql';
import { requestDayTable } from '@weir/db/request-days';
import { CLOSED_COLUMNS, CLOSED_EFFECTS, idsOf } from './closed-effects.ts';

/** What is written on the request's row when it leaves `held`. */
export interface Closing {
  accountId: string;
  keyId: string;
  requestId: string;
  /** `settled`: the hold becomes the charge. `voided`: it is returned whole; the call failed, and costs nothing. */
  state: 'settled' | 'voided';
  /** 0 when voided. Taken even where it is above the hold, a vendor's overrun: the row shows both. */
  chargeNanoUsd: bigint;
  /** `ok`, `client_closed`, or an error code. */
  outcome: string;
  vendor?: string | undefined;
  channelId?: string | undefined;
  upstreamModel?: string | undefined;
  priceId?: string | undefined;
  inputTokens?: number | undefined;
  cachedInputTokens?: number | undefined;
  cacheWrite5mTokens?: number | undefined;
  cacheWrite1hTokens?: number | undefined;
  audioInputTokens?: number | undefined;
  images?: number | undefined;
  outputTokens?: number | undefined;
  reasoningTokens?: number | undefined;
  audioOutputTokens?: number | undefined;
  usageSource?: 'vendor' | 'counted' | undefined;
  finishReason?: string | undefined;
  upstreamStatus?: number | undefined;
  firstByteMs?: number | undefined;
  latencyMs: number;
}

/** What a closing writes as it is: its field, the column, and the column's type. */
const WRITTEN = [
  ['outcome', 'outcome', 'text'],
  ['vendor', 'vendor', 'text'],
  ['channelId', 'channel_id', 'text'],
  ['upstreamModel', 'upstream_model', 'text'],
  ['priceId', 'price_id', 'text'],
  ['inputTokens', 'input_tokens', 'int'],
  ['cachedInputTokens', 'cached_input_tokens', 'int'],
  ['cacheWrite5mTokens', 'cache_write_5m_tokens', 'int'],
  ['cacheWrite1hTokens', 'cache_write_1h_tokens', 'int'],
  ['audioInputTokens', 'audio_input_tokens', 'int'],
  ['images', 'images', 'int'],
  ['outputTokens', 'output_tokens', 'int'],
  ['reasoningTokens', 'reasoning_tokens', 'int'],
  ['audioOutputTokens', 'audio_output_tokens', 'int'],
  ['usageSource', 'usage_source', 'usage_source'],
  ['finishReason', 'finish_reason', 'text'],
  ['upstreamStatus', 'upstream_status', 'int'],
  ['firstByteMs', 'first_byte_ms', 'int'],
  ['latencyMs', 'latency_ms', 'int'],
] as const satisfies readonly (readonly [keyof Closing, string, string])[];

/** Guarded by `state = 'held'`: a closing that is sent again changes nothing. Of two for one request, one is taken. */
function closeStatement(table: string): string {
  return `
with given as (
  select * from json_to_recordset($1::text::json) as given(
    ord int, "accountId" text, "requestId" text, state request_state, "chargeNanoUsd" bigint,
    ${WRITTEN.map(([field, , type]) => `"${field}" ${type}`).join(', ')}
  )
), closed as (
  update ${table} as requests set
    state = given.state, charge_nano_usd = given."chargeNanoUsd", closed_at = now(),
    overrun_nano_usd = greatest(given."chargeNanoUsd" - requests.hold_nano_usd, 0),
    ${WRITTEN.map(([field, column]) => `${column} = given."${field}"`).join(', ')}
  from given
  where requests.account_id = given."accountId" and requests.id = given."requestId" and requests.state = 'held'
    and requests.account_id = any($2::text[]) and requests.id = any($4::text[])
  returning ${CLOSED_COLUMNS}, given.ord
), ${CLOSED_EFFECTS}
select ord from closed`;
}

/** One text per day: a prepared statement lives as long as its text is used. */
const statements = new Map<string, string>();
const STATEMENTS_MAX = 8;

function statementOf(table: string): string {
  const known = statements.get(table);
  if (known !== undefined) return known;
  if (statements.size >= STATEMENTS_MAX) statements.clear();
  const statement = closeStatement(table);
  statements.set(table, statement);
  return statement;
}

/**
 * Takes the requests out of `held`. The accounts must be locked.
 * @returns those that did so; where a request was not held any more, or another closing took it, nothing was changed.
 */
export async function closeHolds(
  tx: TransactionSql | Sql,
  closings: readonly Closing[],
): Promise<ReadonlySet<Closing>> {
  const byDay = Map.groupBy(closings, ({ requestId }) => requestDayTable(requestId));
  const closed = await Promise.all(
    [...byDay].map(async ([table, ofDay]) => {
      const given = ofDay.map((closing, ord) => ({
        ...closing,
        ord,
        chargeNanoUsd: closing.chargeNanoUsd.toString(),
      }));
      const { accountIds, keyIds } = idsOf(ofDay);
      const parameters = [JSON.stringify(given), accountIds, keyIds, ofDay.map(({ requestId }) => requestId)];
      const rows = await tx.unsafe<{ ord: number }[]>(statementOf(table), parameters, { prepare: true });
      return rows.flatMap(({ ord }) => ofDay[ord] ?? []);
    }),
  );
  return new Set(closed.flat());
}
