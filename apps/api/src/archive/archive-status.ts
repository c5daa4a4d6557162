import type { Database } from '@weir/db/connect';
import { firstKeptDay, listRequestDays } from '@weir/db/request-days';
import type { Archive } from './archive.ts';

export interface ArchiveStatus {
  /** Requests that are archived. */
  rows: number;
  firstDay: string | null;
  lastDay: string | null;
  /** Days that are kept for longer than the log is, as they are not closed yet. */
  waitingDays: string[];
  /** Accounts that are erased, but not from the archive yet. */
  waitingAccounts: number;
}

/** @throws {ArchiveUnavailable} */
export async function findArchiveStatus(
  { sql }: Pick<Database, 'sql'>,
  archive: Archive,
  retentionDays: number,
): Promise<ArchiveStatus> {
  const firstKept = firstKeptDay(retentionDays);
  const days = await listRequestDays(sql);
  const [waiting] = await sql<{ accounts: number }[]>`
    select count(*)::int as accounts from account_closures
    where erased_at is not null and archive_erased_at is null`;
  return {
    ...(await archive.summarise()),
    waitingDays: days.map(({ day }) => day).filter((day) => day < firstKept),
    waitingAccounts: waiting?.accounts ?? 0,
  };
}
