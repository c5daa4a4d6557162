import type { Logger } from 'pino';
import type { CallSummary } from './settle-charge.ts';

/**
 * The row in `requests` is the record of a call. For whoever debugs a relay there is a line with the same, metadata
 * only: at a level that is not written by default, as a line for each call would cost more than all of the metering.
 */
export function record(log: Logger, call: CallSummary, chargeNanoUsd: bigint): void {
  if (!log.isLevelEnabled('debug')) return;
  const { held, candidate, usage, outcome, latencyMs, firstByteMs } = call;
  log.debug(
    {
      requestId: held.requestId,
      accountId: held.caller.accountId,
      vendor: candidate?.vendor,
      outcome,
      inputTokens: usage?.inputTokens,
      outputTokens: usage?.outputTokens,
      usageSource: usage?.usageSource,
      chargeNanoUsd: chargeNanoUsd.toString(),
      firstByteMs,
      latencyMs,
    },
    'call',
  );
}
