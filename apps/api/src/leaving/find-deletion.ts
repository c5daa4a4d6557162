import type { Db } from '@weir/db/connect';
import { accountClosures } from '@weir/db/schema';
import { eq } from 'drizzle-orm';
import type { DeletionView } from './deletion-view.ts';

/** Whether an account is to be deleted; null when it is not. */
export async function findDeletion(db: Db, accountId: string): Promise<DeletionView | null> {
  const [closure] = await db.select().from(accountClosures).where(eq(accountClosures.accountId, accountId));
  if (!closure) return null;
  return { requestedAt: closure.requestedAt.toISOString(), eraseAfter: closure.eraseAfter.toISOString() };
}
