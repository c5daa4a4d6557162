import { WeirError } from '@weir/core/errors';
import type { Db } from '@weir/db/connect';
import { users } from '@weir/db/schema';
import { asc, eq } from 'drizzle-orm';

/** The person whose account it is. @throws {WeirError} `not_found` */
export async function findHolder(db: Db, accountId: string): Promise<{ userId: string }> {
  const [holder] = await db
    .select({ userId: users.id })
    .from(users)
    .where(eq(users.accountId, accountId))
    .orderBy(asc(users.id))
    .limit(1);
  if (!holder) throw new WeirError('not_found', `There is no account ${accountId}, or nobody holds it.`);
  return holder;
}
