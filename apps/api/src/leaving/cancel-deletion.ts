import { WeirError } from '@weir/core/errors';
import type { Db } from '@weir/db/connect';
import { accountClosures, users } from '@weir/db/schema';
import { and, eq, isNull } from 'drizzle-orm';
import { queueNotice } from '../notices/queue-notice.ts';

/**
 * Takes a deletion back. Keys that ended with it stay ended.
 * @throws {WeirError} `not_found` when there is none to take back.
 */
export function cancelDeletion(db: Db, accountId: string): Promise<void> {
  return db.transaction(async (tx) => {
    const cancelled = await tx
      .delete(accountClosures)
      .where(and(eq(accountClosures.accountId, accountId), isNull(accountClosures.erasedAt)))
      .returning({ accountId: accountClosures.accountId });
    if (cancelled.length === 0) throw new WeirError('not_found', 'This account is not to be deleted.');
    for (const { id } of await tx.select().from(users).where(eq(users.accountId, accountId))) {
      await queueNotice(tx, { userId: id, notice: 'deletion_cancelled', data: {} });
    }
  });
}
