import { WeirError } from '@weir/core/errors';
import { hashSecret } from '@weir/core/api-key';
import type { Db } from '@weir/db/connect';
import { sessions, oneTimeLinks, users } from '@weir/db/schema';
import { and, eq, isNull, ne } from 'drizzle-orm';
import { hashPassword, verifyPassword } from '../auth/password.ts';
import type { SessionPrincipal } from '../auth/principal.ts';

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
  const otherSessions = and(eq(sessions.userId, user.id), ne(sessions.id, hashSecret(person.sessionToken)));
  const unusedLinks = and(eq(oneTimeLinks.userId, user.id), isNull(oneTimeLinks.usedAt));
  await db.transaction(async (tx) => {
    await tx.update(users).set({ passwordHash }).where(eq(users.id, user.id));
    await tx.delete(sessions).where(otherSessions);
    await tx.delete(oneTimeLinks).where(unusedLinks);
  });
}
