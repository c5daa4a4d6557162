import { WeirError } from '@weir/core/errors';
import type { Db } from '@weir/db/connect';
import { users } from '@weir/db/schema';
import { and, eq, isNotNull } from 'drizzle-orm';

/** The person of the staff with this e-mail. @throws {WeirError} `not_found` */
export async function findStaff(db: Db, email: string): Promise<{ userId: string }> {
  const [person] = await db
    .select({ userId: users.id })
    .from(users)
    .where(and(eq(users.email, email), isNotNull(users.staffRole)));
  if (!person) throw new WeirError('not_found', `Nobody of the staff has the e-mail ${email}.`);
  return person;
}
