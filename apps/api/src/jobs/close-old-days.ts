import type { Database } from '@weir/db/connect';
import { listRequestDays, utcDay } from '@weir/db/request-days';
import { closeDay } from '@weir/ledger';
import type { Logger } from 'pino';

const DAY_MS = 24 * 60 * 60 * 1000;

export interface CloseOldDaysOptions {
  /** Days of UTC that are kept besides today. */
  retentionDays: number;
  log: Logger;
  /** Ends the work after the day that is being closed. */
  signal: AbortSignal;
}

/**
 * Closes the days that are older than the log is kept, oldest first, each in a transaction of its own. A day that can't
 * be closed yet keeps those after it open as well.
 * @throws when a lock was not to be had; what was closed until then stays closed.
 */
export async function closeOldDays(
  database: Database,
  { retentionDays, log, signal }: CloseOldDaysOptions,
): Promise<void> {
  const firstKept = utcDay(Date.now() - retentionDays * DAY_MS);
  for (const { day } of await listRequestDays(database.sql)) {
    if (day >= firstKept || signal.aborted) return;
    const startMs = performance.now();
    const closing = await closeDay(database, day);
    if (closing.outcome === 'closed') {
      const { accounts, chargesNanoUsd } = closing;
      const durationMs = Math.round(performance.now() - startMs);
      log.info({ day, accounts, chargesNanoUsd: chargesNanoUsd.toString(), durationMs }, 'Closed a day.');
    } else if (closing.outcome !== 'gone') {
      log.warn({ day, outcome: closing.outcome }, 'A day can’t be closed yet; it will be tried again.');
      return;
    }
  }
}
