import type { Sql } from '@weir/db/connect';

/** What is written on the request's row when it leaves `held`. */
export interface Closing {
  accountId: string;
  requestId: string;
  /** `ok`, `client_closed`, or an error code. */
  outcome: string;
  vendor?: string | undefined;
  channelId?: string | undefined;
  upstreamModel?: string | undefined;
  priceId?: string | undefined;
  inputTokens?: number | undefined;
  cachedInputTokens?: number | undefined;
  outputTokens?: number | undefined;
  reasoningTokens?: number | undefined;
  usageSource?: 'vendor' | 'counted' | undefined;
  finishReason?: string | undefined;
  upstreamStatus?: number | undefined;
  firstByteMs?: number | undefined;
  latencyMs: number;
}

/** `already_closed`: the request had left `held` before, and nothing was changed. */
export type CloseResult = 'closed' | 'already_closed';

/** The hold becomes a charge; what was held above it is free again. */
export function settle(sql: Sql, closing: Closing, chargeNanoUsd: bigint): Promise<CloseResult> {
  return close(sql, closing, 'settled', chargeNanoUsd);
}

/** The hold is returned whole: the call failed, and costs nothing. */
export function voidHold(sql: Sql, closing: Closing): Promise<CloseResult> {
  return close(sql, closing, 'voided', 0n);
}

/**
 * One statement, guarded by `state = 'held'`: sent again after a lost answer, it changes nothing. The charge is
 * taken even where it is above the hold (a vendor's overrun): the row shows both.
 */
async function close(
  sql: Sql,
  closing: Closing,
  state: 'settled' | 'voided',
  charge: bigint,
): Promise<CloseResult> {
  const rows = await sql`
    with closed as (
      update requests set
        state = ${state}, charge_nano_usd = ${charge.toString()}, outcome = ${closing.outcome},
        vendor = ${closing.vendor ?? null}, channel_id = ${closing.channelId ?? null},
        upstream_model = ${closing.upstreamModel ?? null}, price_id = ${closing.priceId ?? null},
        input_tokens = ${closing.inputTokens ?? null}, cached_input_tokens = ${closing.cachedInputTokens ?? null},
        output_tokens = ${closing.outputTokens ?? null}, reasoning_tokens = ${closing.reasoningTokens ?? null},
        usage_source = ${closing.usageSource ?? null}, finish_reason = ${closing.finishReason ?? null},
        upstream_status = ${closing.upstreamStatus ?? null}, first_byte_ms = ${closing.firstByteMs ?? null},
        latency_ms = ${closing.latencyMs}, closed_at = now()
      where account_id = ${closing.accountId} and id = ${closing.requestId} and state = 'held'
      returning account_id, hold_nano_usd, charge_nano_usd
    )
    update accounts set
      held_nano_usd = held_nano_usd - closed.hold_nano_usd,
      balance_nano_usd = balance_nano_usd - closed.charge_nano_usd
    from closed where accounts.id = closed.account_id
    returning accounts.id`;
  return rows.length === 1 ? 'closed' : 'already_closed';
}
