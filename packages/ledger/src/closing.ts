import { requestDaysTable } from '@weir/db/request-days';
import type { AnySql, PendingQuery } from '@weir/db/sql';
import type { Hold } from './hold.ts';
import type { Closed } from './movements.ts';
import type { Field } from './records.ts';

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
  /** The model that served, where it is another than the one that was asked for. */
  modelId?: string | undefined;
  vendor?: string | undefined;
  channelId?: string | undefined;
  region?: string | undefined;
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
  upstreamMs?: number | undefined;
  firstByteMs?: number | undefined;
  latencyMs: number;
  /** Vendors that were tried before, and failed; JSON for whoever reads the row. */
  failedAttempts?: readonly object[] | undefined;
  /** What the hold had counted against the key's tokens per minute. */
  countedTokens?: number | undefined;
}

/** A hold, and its closing where that came before the hold was sent: such a request is written once, closed. */
export interface Opening {
  readonly hold: Hold;
  readonly closing?: Closing | undefined;
  /** Both were sent before, and no answer came: they may be written. */
  readonly unanswered?: boolean;
}

/** What a closing writes as it is: the last columns of the types `ledger_closing` and `ledger_opening`. */
const COLUMNS = [
  'outcome',
  'vendor',
  'channel_id',
  'region',
  'upstream_model',
  'price_id',
  'input_tokens',
  'cached_input_tokens',
  'cache_write_5m_tokens',
  'cache_write_1h_tokens',
  'audio_input_tokens',
  'images',
  'output_tokens',
  'reasoning_tokens',
  'audio_output_tokens',
  'usage_source',
  'finish_reason',
  'upstream_status',
  'upstream_ms',
  'first_byte_ms',
  'latency_ms',
  'failed_attempts',
] as const;

export const CLOSING_COLUMNS = COLUMNS.join(', ');
export const CLOSING_VALUES = COLUMNS.map((column) => `${column} = given.${column}`).join(', ');

/** Of these columns, in their order. */
export function closingFields(closing: Closing): Field[] {
  return [
    closing.outcome,
    closing.vendor,
    closing.channelId,
    closing.region,
    closing.upstreamModel,
    closing.priceId,
    closing.inputTokens,
    closing.cachedInputTokens,
    closing.cacheWrite5mTokens,
    closing.cacheWrite1hTokens,
    closing.audioInputTokens,
    closing.images,
    closing.outputTokens,
    closing.reasoningTokens,
    closing.audioOutputTokens,
    closing.usageSource,
    closing.finishReason,
    closing.upstreamStatus,
    closing.upstreamMs,
    closing.firstByteMs,
    closing.latencyMs,
    closing.failedAttempts && JSON.stringify(closing.failedAttempts),
  ];
}

/** … of a hold that stays open. */
export const NOT_CLOSED: readonly Field[] = COLUMNS.map(() => null);

/** What an open hold says of its request. */
export interface HeldRow {
  readonly requestId: string;
  readonly modelId: string;
  readonly holdNanoUsd: bigint;
  /** The minute in which it was made, counted from that of Unix time 0. */
  readonly minute: number;
}

/** What is written of these requests; their accounts must be locked. */
export function readRequests(
  tx: AnySql,
  requests: readonly Pick<Closing, 'accountId' | 'requestId'>[],
): PendingQuery<(HeldRow & { readonly state: string })[]> {
  const accountIds = requests.map(({ accountId }) => accountId);
  const requestIds = requests.map(({ requestId }) => requestId);
  return tx<(HeldRow & { state: string })[]>`
    select id as "requestId", model_id as "modelId", hold_nano_usd as "holdNanoUsd",
      floor(extract(epoch from created_at) / 60)::int as minute, state
    from ${tx(requestDaysTable(requestIds))}
    where account_id = any(${accountIds}::text[]) and id = any(${requestIds}::text[])`;
}

/** What a closing says to the counters. */
export function asClosed(closing: Closing, held: Omit<HeldRow, 'requestId'>): Closed {
  const { state, outcome, countedTokens, inputTokens, outputTokens } = closing;
  const { minute } = held;
  const usedTokens = (inputTokens ?? 0) + (outputTokens ?? 0);
  return {
    accountId: closing.accountId,
    keyId: closing.keyId,
    modelId: closing.modelId ?? held.modelId,
    hour: Math.floor(minute / 60),
    holdNanoUsd: held.holdNanoUsd,
    chargeNanoUsd: closing.chargeNanoUsd,
    failed: state !== 'settled' && outcome !== 'ok' && outcome !== 'client_closed',
    inputTokens,
    cachedInputTokens: closing.cachedInputTokens,
    outputTokens,
    reasoningTokens: closing.reasoningTokens,
    firstByteMs: closing.firstByteMs,
    recounted: countedTokens === undefined ? undefined : { minute, tokens: usedTokens - countedTokens },
  };
}
