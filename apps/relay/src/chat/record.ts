import type { Logger } from 'pino';
import type { CallSummary } from './settle-charge.ts';

/** One line per call, metadata only: the row in `requests` has the same. */
export function record(log: Logger, call: CallSummary, chargeNanoUsd: bigint): void {
  const { held, candidate, usage, outcome, latencyMs, firstByteMs } = call;
  log.info(
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
