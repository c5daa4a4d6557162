import { WeirError } from '@weir/core/errors';
import type { Db } from '@weir/db/connect';
import { oneTimeLinks, users } from '@weir/db/schema';
import { and, eq, isNull } from 'drizzle-orm';
import { hashPassword, verifyPassword } from '../auth/password.ts';
import type { SessionPrincipal } from '../auth/principal.ts';
import { endOtherSessions } from '../sessions/end-sessions.ts';

export interface PasswordChange {
  /** Required of a person who has a password. */
  currentPassword?: string | undefined;
  newPassword: string;
}

/**
 * Sets the password and, with it, ends every other way the person may be signed in: other sessions and unused links.
 * @throws {WeirError} `wrong_credentials` when the current password is wrong or missing.
 */
export async function changePassword(
  db: Db,
  person: SessionPrincipal,
  change: PasswordChange,
): Promise<void> {
  const [user] = await db.select().from(users).where(eq(users.id, person.userId));
  if (!user) throw new WeirError('not_found', 'This person no longer exists.');
  if (
    user.passwordHash !== null &&
    !(await verifyPassword(user.passwordHash, change.currentPassword ?? ''))
  ) {
    throw new WeirError('wrong_credentials', 'The current password is wrong.', { param: 'currentPassword' });
  }
  const passwordHash = await hashPassword(change.newPassword);
  const unusedLinks = and(eq(oneTimeLinks.userId, user.id), isNull(oneTimeLinks.usedAt));
  await db.transaction(async (tx) => {
    await tx.update(users).set({ passwordHash }).where(eq(users.id, user.id));
    await endOtherSessions(tx, person);
    await tx.delete(oneTimeLinks).where(unusedLinks);
  });
}
