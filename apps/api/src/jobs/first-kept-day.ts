import { utcDay } from '@weir/db/request-days';

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * The oldest day whose requests are kept: those before it are closed.
 * @param retentionDays days of UTC that are kept besides today.
 */
export function firstKeptDay(retentionDays: number): string {
  return utcDay(Date.now() - retentionDays * DAY_MS);
}
