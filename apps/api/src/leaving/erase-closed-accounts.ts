import { describeFailure } from '@weir/core/failures';
import type { Database } from '@weir/db/connect';
import type { Logger } from 'pino';
import type { Archive } from '../archive/archive.ts';
import { eraseArchived } from '../archive/erase-archived.ts';
import { eraseAccount } from './erase-account.ts';

export interface EraseClosedAccountsOptions {
  archive?: Archive | undefined;
  log: Logger;
  /** Ends the work after the account that is being erased. */
  signal: AbortSignal;
}

/** Accounts that are looked up at a time. */
const BATCH_ROWS = 100;

/**
 * Erases the accounts whose time of grace is over, each in a transaction of its own, and then what the archive has of them.
 * @throws when some could not be, after all others, or when the archive could not be reached: they are due the next time.
 */
export async function eraseClosedAccounts(
  database: Pick<Database, 'sql'>,
  { archive, log, signal }: EraseClosedAccountsOptions,
): Promise<void> {
  let after = '';
  let failed = 0;
  while (!signal.aborted) {
    const due = await database.sql<{ accountId: string }[]>`
      select account_id as "accountId" from account_closures
      where erased_at is null and erase_after <= now() and account_id > ${after}
      order by account_id limit ${BATCH_ROWS}`;
    for (const { accountId } of due) {
      if (signal.aborted) return;
      try {
        const outcome = await eraseAccount(database, accountId);
        if (outcome === 'erased') log.info({ accountId }, 'Erased an account that was left.');
        if (outcome === 'held')
          log.warn({ accountId }, 'An account is not erased: it is under a legal hold.');
      } catch (error) {
        // It stays due: as while one of its days is being closed, whose rows nobody may change.
        log.error(
          { accountId, ...describeFailure(error) },
          'An account could not be erased; the others are.',
        );
        failed += 1;
      }
      after = accountId;
    }
    if (due.length < BATCH_ROWS) break;
  }
  if (archive) await eraseArchived(database, archive, { log, signal });
  if (failed > 0) throw new Error(`${failed} accounts could not be erased`);
}
