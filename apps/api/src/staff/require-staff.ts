import { WeirError } from '@weir/core/errors';
import { users } from '@weir/db/schema';
import { eq } from 'drizzle-orm';
import type { Context } from '../context.ts';
import { findFactors, isOn } from '../second-factor/find-factors.ts';
import type { StaffRole } from './staff-role.ts';

/**
 * Looked up anew for every call: a role that was taken away is gone at once.
 * @throws {WeirError} `forbidden` when the person has no such role; `second_factor_required` where they need one first.
 */
export async function requireStaff(
  { database: { db }, settings }: Pick<Context, 'database' | 'settings'>,
  userId: string,
  roles: readonly StaffRole[],
): Promise<StaffRole> {
  const [user] = await db.select({ role: users.staffRole }).from(users).where(eq(users.id, userId));
  const role = user?.role;
  if (!role || !roles.includes(role)) {
    throw new WeirError(
      'forbidden',
      role
        ? `This takes another role than ${role}: one of ${roles.join(', ')}.`
        : 'This is for the staff of this gateway.',
    );
  }
  if (settings.WEIR_STAFF_SECOND_FACTOR === 'required' && !isOn(await findFactors(db, userId))) {
    throw new WeirError(
      'second_factor_required',
      'This gateway wants a second factor of its staff. Set up an authenticator app or a passkey first.',
    );
  }
  return role;
}
