import type { Db } from '@weir/db/connect';
import { users } from '@weir/db/schema';
import { asc, isNotNull } from 'drizzle-orm';

/** By role, owners first. */
export function listStaff(db: Db) {
  return db
    .select({ userId: users.id, email: users.email, role: users.staffRole })
    .from(users)
    .where(isNotNull(users.staffRole))
    .orderBy(asc(users.staffRole), asc(users.email));
}
