import type { Db } from '@weir/db/connect';
import { accountClosures, users } from '@weir/db/schema';
import { eq } from 'drizzle-orm';

export interface Owner {
  id: string;
  accountId: string;
  /** Whether their account is to be deleted, or was. */
  isLeaving: boolean;
}

/** The owners, for whoever takes one away: of two at once the second waits here, and then finds what the first has done. */
export async function lockOwners(tx: Db): Promise<Owner[]> {
  const isOwner = eq(users.staffRole, 'owner');
  await tx.select({ id: users.id }).from(users).where(isOwner).orderBy(users.id).for('update');
  const owners = await tx
    .select({ id: users.id, accountId: users.accountId, closing: accountClosures.accountId })
    .from(users)
    .leftJoin(accountClosures, eq(accountClosures.accountId, users.accountId))
    .where(isOwner);
  return owners.map(({ closing, ...owner }) => ({ ...owner, isLeaving: closing !== null }));
}
