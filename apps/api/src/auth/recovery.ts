import { WeirError } from '@weir/core/errors';
import { users } from '@weir/db/schema';
import { eq } from 'drizzle-orm';
import { addressGroup } from '@weir/settings/address-group';
import type { Services } from '../create-context.ts';
import type { Locale } from '../notices/locale.ts';
import { queueLetter } from '../notices/queue-letter.ts';
import { queueNotice } from '../notices/queue-notice.ts';
import { endAllSessions } from '../sessions/end-sessions.ts';
import { pairOf } from './attempts.ts';
import { checkNewPassword } from './check-new-password.ts';
import { endUnusedLinks, redeemLink } from './one-time-link.ts';
import { hashPassword } from './password.ts';

/** Has a link mailed that sets a new password, if there is somebody to mail it to: that is looked up later. */
export async function requestRecovery(
  { database: { db }, attempts }: Services,
  clientAddress: string,
  { email, locale }: { email: string; locale: Locale },
): Promise<void> {
  await attempts.count('mail_address', addressGroup(clientAddress));
  await attempts.count('mail', email);
  await db.transaction((tx) => queueLetter(tx, { letter: 'recovery', recipient: email, locale }));
}

/**
 * Sets a new password, and ends every session and every other link that signs in. Signs nobody in itself.
 * @throws {WeirError} `wrong_credentials` when the link no longer works; it still does after a password was refused.
 */
export async function resetPassword(
  { database: { db }, attempts }: Services,
  clientAddress: string,
  { token, newPassword }: { token: string; newPassword: string },
): Promise<void> {
  await attempts.count('proof_address', addressGroup(clientAddress));
  const { email } = await db.transaction(async (tx) => {
    const { userId } = await redeemLink(tx, 'recovery', token);
    const [user] = await tx.select().from(users).where(eq(users.id, userId));
    if (!user) throw new WeirError('not_found', 'This person no longer exists.');
    await checkNewPassword(newPassword, [user.email, user.username], 'newPassword');
    const passwordHash = await hashPassword(newPassword);
    await tx.update(users).set({ passwordHash }).where(eq(users.id, userId));
    await endAllSessions(tx, userId);
    await endUnusedLinks(tx, userId, ['sign_in', 'recovery']);
    await queueNotice(tx, { userId, notice: 'password_changed', data: {} });
    return user;
  });
  await attempts.forget('sign_in', pairOf(clientAddress, email));
  await attempts.forget('sign_in_account', email);
}
