import type { Sql, TransactionSql } from '@weir/db/connect';
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

/** Column → type of what a closing writes as it is. */
const WRITTEN = {
  outcome: 'text',
  vendor: 'text',
  channel_id: 'text',
  upstream_model: 'text',
  price_id: 'text',
  input_tokens: 'int',
  cached_input_tokens: 'int',
  cache_write_5m_tokens: 'int',
  cache_write_1h_tokens: 'int',
  audio_input_tokens: 'int',
  images: 'int',
  output_tokens: 'int',
  reasoning_tokens: 'int',
  audio_output_tokens: 'int',
  usage_source: 'usage_source',
  finish_reason: 'text',
  upstream_status: 'int',
  first_byte_ms: 'int',
  latency_ms: 'int',
} as const;

function columnsOf(closing: Closing): Record<keyof typeof WRITTEN, unknown> {
  return {
    outcome: closing.outcome,
    vendor: closing.vendor,
    channel_id: closing.channelId,
    upstream_model: closing.upstreamModel,
    price_id: closing.priceId,
    input_tokens: closing.inputTokens,
    cached_input_tokens: closing.cachedInputTokens,
    cache_write_5m_tokens: closing.cacheWrite5mTokens,
    cache_write_1h_tokens: closing.cacheWrite1hTokens,
    audio_input_tokens: closing.audioInputTokens,
    images: closing.images,
    output_tokens: closing.outputTokens,
    reasoning_tokens: closing.reasoningTokens,
    audio_output_tokens: closing.audioOutputTokens,
    usage_source: closing.usageSource,
    finish_reason: closing.finishReason,
    upstream_status: closing.upstreamStatus,
    first_byte_ms: closing.firstByteMs,
    latency_ms: closing.latencyMs,
  };
}

/** Guarded by `state = 'held'`: a closing that is sent again changes nothing. Of two for one request, one is taken. */
function closeStatement(table: string): string {
  const columns = Object.entries(WRITTEN);
  return `
with given as (
  select * from json_to_recordset($1::text::json) as given(
    ord int, account_id text, id text, state request_state, charge bigint,
    ${columns.map(([column, type]) => `${column} ${type}`).join(', ')}
  )
), closed as (
  update ${table} as requests set
    state = given.state, charge_nano_usd = given.charge, closed_at = now(),
    overrun_nano_usd = greatest(given.charge - requests.hold_nano_usd, 0),
    ${columns.map(([column]) => `${column} = given.${column}`).join(', ')}
  from given
  where requests.account_id = given.account_id and requests.id = given.id and requests.state = 'held'
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
        ord,
        account_id: closing.accountId,
        id: closing.requestId,
        state: closing.state,
        charge: closing.chargeNanoUsd.toString(),
        ...columnsOf(closing),
      }));
      const { accountIds, keyIds } = idsOf(ofDay);
      const parameters = [JSON.stringify(given), accountIds, keyIds, given.map(({ id }) => id)];
      const rows = await tx.unsafe<{ ord: number }[]>(statementOf(table), parameters, { prepare: true });
      return rows.flatMap(({ ord }) => ofDay[ord] ?? []);
    }),
  );
  return new Set(closed.flat());
}
