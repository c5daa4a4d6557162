import { setTimeout as delay } from 'node:timers/promises';
import { chargeNanoUsd } from '@weir/catalog/charge';
import type { Sql } from '@weir/db/connect';
import { settle, voidHold, type Closing } from '@weir/ledger';
import type { Candidate } from './choose-route.ts';
import type { HeldCredit } from './hold-credit.ts';
import type { MeteredUsage } from './meter-call.ts';

export interface CallSummary {
  readonly held: HeldCredit;
  /** Who served, or was the last to be tried. */
  readonly candidate: Candidate | undefined;
  readonly usage: MeteredUsage | undefined;
  /** `ok`, `client_closed`, or an error code. */
  readonly outcome: string;
  readonly finishReason: string | undefined;
  readonly upstreamStatus: number | undefined;
  readonly firstByteMs: number | undefined;
  readonly latencyMs: number;
}

/** Waits between tries. The statement is guarded, so a try whose answer was lost can be repeated. */
const RETRY_DELAYS_MS = [50, 200, 500, 1_000, 2_000, 4_000];

/**
 * Usage × price → charge; the hold becomes the charge, or is returned whole. Durable when it resolves.
 * @returns the charge in nanoUsd.
 * @throws what the database throws when it stays away; the hold then expires by itself.
 */
export async function settleCharge(sql: Sql, call: CallSummary): Promise<bigint> {
  const closing = closingOf(call);
  const { usage, candidate } = call;
  if (!usage || !candidate) {
    await withRetries(() => voidHold(sql, closing));
    return 0n;
  }
  const charge = chargeNanoUsd(usage, candidate.price);
  await withRetries(() => settle(sql, closing, charge));
  return charge;
}

function closingOf(call: CallSummary): Closing {
  const { held, candidate, usage, outcome, finishReason, upstreamStatus, firstByteMs, latencyMs } = call;
  return {
    accountId: held.accountId,
    requestId: held.requestId,
    outcome,
    vendor: candidate?.vendor,
    channelId: candidate?.channelId,
    upstreamModel: candidate?.upstreamModel,
    priceId: candidate?.price.priceId,
    ...usage,
    finishReason,
    upstreamStatus,
    firstByteMs,
    latencyMs,
  };
}

async function withRetries<Result>(write: () => Promise<Result>): Promise<Result> {
  for (const waitMs of RETRY_DELAYS_MS) {
    try {
      return await write();
    } catch {
      await delay(waitMs);
    }
  }
  return write();
}
