import { WeirError } from '@weir/core/errors';
import type { Db } from '@weir/db/connect';
import { accounts } from '@weir/db/schema';
import { eq } from 'drizzle-orm';
import { findDeletion } from './find-deletion.ts';

/**
 * For what an account that is being left must not get any more. Until the transaction ends, nobody asks for the
 * account's deletion: what is made meanwhile is there for the deletion to end it.
 * @throws {WeirError} `not_found`; `conflict` when it is to be deleted.
 */
export async function requireOpenAccount(tx: Db, accountId: string): Promise<void> {
  const [account] = await tx
    .select({ id: accounts.id })
    .from(accounts)
    .where(eq(accounts.id, accountId))
    .for('key share');
  if (!account) throw new WeirError('not_found', `There is no account ${accountId}.`, { param: 'accountId' });
  if ((await findDeletion(tx, accountId)) !== null) {
    throw new WeirError('conflict', 'This account is to be deleted. Cancel the deletion first.');
  }
}
