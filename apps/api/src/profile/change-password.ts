import { WeirError } from '@weir/core/errors';
import { hashSecret } from '@weir/core/api-key';
import { sessions, users } from '@weir/db/schema';
import { and, eq, ne } from 'drizzle-orm';
import { checkNewPassword } from '../auth/check-new-password.ts';
import { endUnusedLinks } from '../auth/one-time-link.ts';
import { hashPassword } from '../auth/password.ts';
import type { SessionPrincipal } from '../auth/principal.ts';
import type { Services } from '../create-context.ts';
import { queueNotice } from '../notices/queue-notice.ts';
import { provePassword } from './prove-password.ts';

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
  services: Services,
  person: SessionPrincipal,
  change: PasswordChange,
): Promise<void> {
  const { db } = services.database;
  const [user] = await db.select().from(users).where(eq(users.id, person.userId));
  if (!user) throw new WeirError('not_found', 'This person no longer exists.');
  if (user.passwordHash !== null) await provePassword(services, user, change.currentPassword);
  await checkNewPassword(change.newPassword, [user.email, user.username], 'newPassword');
  const passwordHash = await hashPassword(change.newPassword);
  const otherSessions = and(eq(sessions.userId, user.id), ne(sessions.id, hashSecret(person.sessionToken)));
  await db.transaction(async (tx) => {
    await tx.update(users).set({ passwordHash }).where(eq(users.id, user.id));
    await tx.delete(sessions).where(otherSessions);
    await endUnusedLinks(tx, user.id, ['sign_in', 'recovery']);
    await queueNotice(tx, { userId: user.id, notice: 'password_changed', data: {} });
  });
}
