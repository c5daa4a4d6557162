import { chargeNanoUsd, outputShareNanoUsd } from '@weir/catalog/charge';
import type { Cost } from '@weir/dialects/openrouter';
import type { Closing, Ledger } from '@weir/ledger';
import type { Candidate } from './choose-route.ts';
import type { HeldCredit } from './hold-credit.ts';
import type { MeteredUsage } from './meter-call.ts';
import type { FailedAttempt } from './open-upstream.ts';

export interface CallSummary {
  readonly held: HeldCredit;
  /** Who served, or was the last to be tried; undefined where nobody was called. */
  readonly candidate: Candidate | undefined;
  readonly usage: MeteredUsage | undefined;
  /** `ok`, `client_closed`, or an error code. */
  readonly outcome: string;
  readonly finishReason: string | undefined;
  readonly upstreamStatus: number | undefined;
  /** Of candidates that were tried before. */
  readonly failedAttempts: readonly FailedAttempt[];
  readonly firstByteMs: number | undefined;
  /** From when that candidate was called to the end of its reply, or to its failure. */
  readonly upstreamMs: number | undefined;
  readonly latencyMs: number;
}

/**
 * Usage × price → charge; the hold becomes the charge, or is returned whole. Durable when it resolves: while the
 * database is away, this waits for it.
 * @returns the charge in nanoUsd.
 * @throws when the relay has to stop before the database is back, or the hold has been closed by somebody else.
 */
export function settleCharge(ledger: Ledger, call: CallSummary): Promise<bigint> {
  const { held, candidate, usage, failedAttempts } = call;
  const charge =
    usage && candidate ? chargeNanoUsd(usage, candidate.price, held.caller.marginPpm) : undefined;
  const closing: Closing = {
    ...usage,
    accountId: held.caller.accountId,
    keyId: held.caller.keyId,
    requestId: held.requestId,
    state: charge === undefined ? 'voided' : 'settled',
    chargeNanoUsd: charge ?? 0n,
    modelId: candidate?.model.modelId,
    countedTokens: held.countedTokens,
    vendor: candidate?.vendor,
    channelId: candidate?.channelId,
    region: candidate?.region,
    upstreamModel: candidate?.upstreamModel,
    priceId: candidate?.price.priceId,
    failedAttempts: failedAttempts.length > 0 ? failedAttempts : undefined,
    outcome: call.outcome,
    finishReason: call.finishReason,
    upstreamStatus: call.upstreamStatus,
    firstByteMs: call.firstByteMs,
    upstreamMs: call.upstreamMs,
    latencyMs: call.latencyMs,
  };
  return ledger.close(closing).then((result) => {
    if (result === 'not_held') throw new Error('somebody else has closed the hold');
    return charge ?? 0n;
  });
}

/** What the caller is told that it cost. */
export function costOf({ usage, candidate, held }: CallSummary, charge: bigint): Cost {
  const forOutput =
    usage && candidate ? outputShareNanoUsd(usage, candidate.price, held.caller.marginPpm) : 0n;
  return { chargeNanoUsd: charge, promptNanoUsd: charge - forOutput, completionNanoUsd: forOutput, usage };
}
