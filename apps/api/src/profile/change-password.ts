import { WeirError } from '@weir/core/errors';
import { users } from '@weir/db/schema';
import { eq } from 'drizzle-orm';
import { checkNewPassword } from '../auth/check-new-password.ts';
import { endUnusedLinks } from '../auth/one-time-link.ts';
import { hashPassword } from '../auth/password.ts';
import type { SessionPrincipal } from '../auth/principal.ts';
import { requireRecentProof } from '../auth/require-recent-proof.ts';
import type { Services } from '../create-context.ts';
import { queueNotice } from '../notices/queue-notice.ts';
import { endOtherSessions } from '../sessions/end-sessions.ts';
import { provePassword } from './prove-password.ts';

export interface PasswordChange {
  /** Required of a person who has a password. */
  currentPassword?: string | undefined;
  newPassword: string;
}

/**
 * Sets the password and, with it, ends every other way the person may be signed in: other sessions and unused links.
 * @throws {WeirError} `wrong_credentials` when the current password is wrong or missing; `reauthentication_required` of a
 * person who has none.
 */
export async function changePassword(
  services: Services,
  person: SessionPrincipal,
  change: PasswordChange,
): Promise<void> {
  const { db } = services.database;
  const [user] = await db.select().from(users).where(eq(users.id, person.userId));
  if (!user) throw new WeirError('not_found', 'This person no longer exists.');
  if (user.passwordHash === null) requireRecentProof(person, services.settings);
  else await provePassword(services, user, change.currentPassword);
  await checkNewPassword(change.newPassword, [user.email, user.username], 'newPassword');
  const passwordHash = await hashPassword(change.newPassword);
  await db.transaction(async (tx) => {
    await tx.update(users).set({ passwordHash }).where(eq(users.id, user.id));
    await endOtherSessions(tx, person);
    await endUnusedLinks(tx, user.id, ['sign_in', 'recovery']);
    await queueNotice(tx, { userId: user.id, notice: 'password_changed', data: {} });
  });
}
