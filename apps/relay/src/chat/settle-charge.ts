import { setTimeout as delay } from 'node:timers/promises';
import { chargeNanoUsd } from '@weir/catalog/charge';
import type { Sql } from '@weir/db/connect';
import { isDatabaseUnavailable } from '@weir/db/unavailable';
import { settle, voidHold, type Closing, type CloseResult } from '@weir/ledger';
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
 * @throws when the database stays away, and the hold will expire; or when it has been closed already.
 */
export async function settleCharge(sql: Sql, call: CallSummary): Promise<bigint> {
  const closing = closingOf(call);
  const { usage, candidate } = call;
  const charge = usage && candidate ? chargeNanoUsd(usage, candidate.price) : undefined;
  await closeOnce(() => (charge === undefined ? voidHold(sql, closing) : settle(sql, closing, charge)));
  return charge ?? 0n;
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

/** A hold found closed was closed by a try whose answer got lost, if there was such a try. */
async function closeOnce(close: () => Promise<CloseResult>): Promise<void> {
  for (const [tries, waitMs] of [...RETRY_DELAYS_MS, 0].entries()) {
    try {
      const result = await close();
      if (result === 'closed' || tries > 0) return;
      throw new Error('the hold had expired, or somebody else has closed it');
    } catch (error) {
      if (!isDatabaseUnavailable(error) || tries === RETRY_DELAYS_MS.length) throw error;
      await delay(waitMs);
    }
  }
}
