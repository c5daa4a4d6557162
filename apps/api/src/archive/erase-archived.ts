import type { Database } from '@weir/db/connect';
import type { Logger } from 'pino';
import type { Archive } from './archive.ts';

/** Accounts that are erased by one statement: each writes parts of the archive anew. */
const BATCH_ACCOUNTS = 500;

export interface EraseArchivedOptions {
  log: Logger;
  /** Ends the work between two batches. */
  signal: AbortSignal;
}

/**
 * Erases from the archive whatever it has of accounts that were erased. Noted only when it is done: where the archive
 * can’t be reached, they are due the next time.
 */
export async function eraseArchived(
  { sql }: Pick<Database, 'sql'>,
  archive: Archive,
  { log, signal }: EraseArchivedOptions,
): Promise<void> {
  while (!signal.aborted) {
    const due = await sql<{ accountId: string }[]>`
      select account_id as "accountId" from account_closures
      where erased_at is not null and archive_erased_at is null order by account_id limit ${BATCH_ACCOUNTS}`;
    if (due.length === 0) return;
    const accountIds = due.map(({ accountId }) => accountId);
    await archive.eraseAccounts(accountIds);
    await sql`update account_closures set archive_erased_at = now() where account_id = any(${accountIds})`;
    log.info({ accounts: accountIds.length }, 'Erased accounts that were left from the archive.');
  }
}
