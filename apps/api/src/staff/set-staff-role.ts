import { WeirError } from '@weir/core/errors';
import type { Db } from '@weir/db/connect';
import { users } from '@weir/db/schema';
import { eq } from 'drizzle-orm';
import { endAllSessions } from '../sessions/end-sessions.ts';
import { lockOwners } from './lock-owners.ts';
import type { StaffRole } from './staff-role.ts';

/**
 * Gives a person another role, or takes theirs away, and ends their sessions: one that was opened, or stolen, before is
 * none of a person of the staff.
 * @returns what they were before.
 * @throws {WeirError} `not_found`; `conflict` when nobody would be an owner any more.
 */
export function setStaffRole(
  db: Db,
  { email, role }: { email: string; role: StaffRole | null },
): Promise<{ userId: string; before: StaffRole | null }> {
  return db.transaction(async (tx) => {
    const owners = await lockOwners(tx);
    const [user] = await tx.select().from(users).where(eq(users.email, email)).for('update');
    if (!user)
      throw new WeirError('not_found', `There is no user with the e-mail ${email}.`, { param: 'email' });
    const others = owners.filter(({ id, isLeaving }) => id !== user.id && !isLeaving);
    if (role !== 'owner' && user.staffRole === 'owner' && others.length === 0) {
      throw new WeirError('conflict', `${email} is the only owner. Make another one first.`, {
        param: 'role',
      });
    }
    await tx.update(users).set({ staffRole: role }).where(eq(users.id, user.id));
    if (role !== user.staffRole) await endAllSessions(tx, user.id);
    return { userId: user.id, before: user.staffRole };
  });
}
