import type { Database } from '@weir/db/connect';
import { firstKeptDay, listRequestDays } from '@weir/db/request-days';
import { closeDay, type DayClosing } from '@weir/ledger';
import { describeFailure } from '@weir/core/failures';
import type { Logger } from 'pino';
import type { Archive } from '../archive/archive.ts';
import { copyDay, type CopyDayOptions } from '../archive/copy-day.ts';

export interface CloseOldDaysOptions {
  /** Days of UTC that are kept besides today. */
  retentionDays: number;
  /** Has to have a day before it is closed. */
  archive?: Archive | undefined;
  log: Logger;
  /** Ends the work after the day that is being closed. */
  signal: AbortSignal;
}

/**
 * Closes the days that are older than the log is kept, oldest first, each in a transaction of its own. A day that can't
 * be closed yet keeps those after it open as well.
 * @throws when a lock was not to be had, or the archive could not be reached; what was closed until then stays closed.
 */
export async function closeOldDays(
  database: Database,
  { retentionDays, archive, log, signal }: CloseOldDaysOptions,
): Promise<void> {
  const firstKept = firstKeptDay(retentionDays);
  for (const { day, table } of await listRequestDays(database.sql)) {
    if (day >= firstKept || signal.aborted) return;
    const startMs = performance.now();
    const closing = archive
      ? await archiveAndClose(database, archive, { day, table, log, signal })
      : await closeDay(database, day);
    if (!closing) return;
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

/** @returns undefined when it was asked to end before the day was copied. */
async function archiveAndClose(
  database: Database,
  archive: Archive,
  { log, ...day }: CopyDayOptions & { log: Logger },
): Promise<DayClosing | undefined> {
  try {
    const copied = await copyDay(database, archive, day);
    return copied ? await closeDay(database, day.day, copied) : { outcome: 'held' };
  } catch (error) {
    if (day.signal.aborted) return undefined;
    log.error(
      { day: day.day, ...describeFailure(error) },
      'A day is not in the archive, and so is kept; it will be tried again.',
    );
    throw error;
  }
}
