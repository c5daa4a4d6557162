import { idTimeMs, leastId } from '@weir/core/ids';
import type { Sql } from './connect.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Partitions are there this many days before they are needed, should the job that makes them not run for a while. */
export const REQUEST_DAYS_AHEAD = 7;

/** `YYYY-MM-DD` of a time, in UTC. */
export function utcDay(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10);
}

/**
 * The partition of `requests` that has this request: its id says so, and a statement that names it is spared the
 * planning and the locking of all the others.
 */
export function requestDayTable(requestId: string): string {
  if (requestId >= latest.from && requestId < latest.to) return latest.table;
  const timeMs = idTimeMs(requestId);
  if (timeMs === undefined) throw new RangeError(`${requestId} is no request id`);
  const dayMs = timeMs - (timeMs % DAY_MS);
  const table = `requests_${utcDay(timeMs).replaceAll('-', '')}`;
  latest = { from: leastId('request', dayMs), to: leastId('request', dayMs + DAY_MS), table };
  return table;
}

/** Nearly all requests that are asked for are of one day, and their ids sort by time. */
let latest = { from: '', to: '', table: '' };

/** The partition that has all of these requests; where no single one does, the table that has all partitions. */
export function requestDaysTable(requestIds: readonly string[]): string {
  const [table, another] = new Set(requestIds.map(requestDayTable));
  return table === undefined || another !== undefined ? 'requests' : table;
}

/** Makes the partitions of `requests` from yesterday's, or that of `fromMs`, to those of the days ahead. */
export async function ensureRequestDays(sql: Sql, fromMs = Date.now() - DAY_MS): Promise<void> {
  const days = Math.ceil((Date.now() - fromMs) / DAY_MS) + 1 + REQUEST_DAYS_AHEAD;
  await sql`select weir_ensure_request_days(${utcDay(fromMs)}::date, ${days}::int)`;
}

/**
 * The oldest day whose requests are kept: those before it are closed.
 * @param retentionDays days of UTC that are kept besides today.
 */
export function firstKeptDay(retentionDays: number): string {
  return utcDay(Date.now() - retentionDays * DAY_MS);
}

/** The days of which there is a partition, oldest first. */
export async function listRequestDays(sql: Sql): Promise<{ day: string; table: string }[]> {
  const rows = await sql<{ table: string }[]>`
    select child.relname as table from pg_inherits join pg_class child on child.oid = inhrelid
    where inhparent = 'requests'::regclass order by child.relname`;
  return rows.map(({ table }) => ({
    table,
    day: table.replace(/^requests_(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3'),
  }));
}
