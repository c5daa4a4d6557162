import { WeirError } from '@weir/core/errors';
import type { Db } from '@weir/db/connect';
import { users } from '@weir/db/schema';
import { eq } from 'drizzle-orm';
import type { StaffRole } from './staff-role.ts';

/**
 * Looked up anew for every call: a role that was taken away is gone at once.
 * @throws {WeirError} `forbidden` when the person has no such role.
 */
export async function requireStaff(db: Db, userId: string, roles: readonly StaffRole[]): Promise<StaffRole> {
  const [user] = await db.select({ role: users.staffRole }).from(users).where(eq(users.id, userId));
  const role = user?.role;
  if (role && roles.includes(role)) return role;
  throw new WeirError(
    'forbidden',
    role
      ? `This takes another role than ${role}: one of ${roles.join(', ')}.`
      : 'This is for the staff of this gateway.',
  );
}
