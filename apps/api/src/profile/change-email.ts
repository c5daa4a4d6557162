import { WeirError } from '@weir/core/errors';
import { emailCodes, users } from '@weir/db/schema';
import { and, eq, ne, notExists, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { addressGroup } from '@weir/settings/address-group';
import { beginCode, checkCode, endCode, wrongCode } from '../auth/email-code.ts';
import { endUnusedLinks, redeemLink } from '../auth/one-time-link.ts';
import type { SessionPrincipal } from '../auth/principal.ts';
import type { Services } from '../create-context.ts';
import { asLocale } from '../notices/locale.ts';
import { queueLetter } from '../notices/queue-letter.ts';
import { queueNotice } from '../notices/queue-notice.ts';
import { endAllSessions, endOtherSessions } from '../sessions/end-sessions.ts';
import { provePassword } from './prove-password.ts';
import { takeBackAccount } from './take-back-account.ts';

/**
 * Has a code mailed to the new address; until it is typed in, nothing changes. For an address that has an account the
 * same is done and answered, and its owner is told when the mail is written.
 * @returns the id under which the code is typed in.
 * @throws {WeirError} `wrong_credentials`; `forbidden` for a person who has no password yet.
 */
export async function beginEmailChange(
  services: Services,
  clientAddress: string,
  person: SessionPrincipal,
  { newEmail, currentPassword }: { newEmail: string; currentPassword: string },
): Promise<string> {
  const { database, attempts } = services;
  const [user] = await database.db.select().from(users).where(eq(users.id, person.userId));
  if (!user) throw new WeirError('not_found', 'This person no longer exists.');
  if (user.passwordHash === null) {
    throw new WeirError('forbidden', 'Set a password first: it is what shows that the change is yours.');
  }
  await provePassword(services, user, currentPassword);
  await attempts.count('mail_address', addressGroup(clientAddress));
  await attempts.count('mail', newEmail);
  return database.db.transaction(async (tx) => {
    await tx.delete(emailCodes).where(eq(emailCodes.userId, user.id));
    const locale = asLocale(user.locale);
    return beginCode(tx, { purpose: 'email_change', email: newEmail, userId: user.id, locale });
  });
}

/**
 * Sets the new address, ends the person's other sessions and links, and tells the old address how to take it back.
 * @throws {WeirError} `wrong_credentials`, also when the address got an account meanwhile.
 */
export async function confirmEmailChange(
  { database: { db }, attempts, keyedHash }: Services,
  clientAddress: string,
  person: SessionPrincipal,
  { changeId, code: given }: { changeId: string; code: string },
): Promise<void> {
  await attempts.count('proof_address', addressGroup(clientAddress));
  const { userId } = person;
  const code = await checkCode(db, keyedHash, { id: changeId, purpose: 'email_change', userId, code: given });
  await db.transaction(async (tx) => {
    await endCode(tx, code.id);
    const [before] = await tx.select().from(users).where(eq(users.id, userId)).for('update');
    const others = alias(users, 'others');
    const taken = tx
      .select({ one: sql`1` })
      .from(others)
      .where(eq(others.email, code.email));
    const changed = await tx
      .update(users)
      .set({ email: code.email })
      .where(and(eq(users.id, userId), notExists(taken)))
      .returning({ id: users.id });
    if (!before || changed.length === 0) throw wrongCode();
    await endOtherSessions(tx, person);
    await endUnusedLinks(tx, userId, ['sign_in', 'recovery']);
    const old = { recipient: before.email, locale: asLocale(before.locale), userId };
    await queueLetter(tx, { letter: 'email_undo', ...old });
    await queueNotice(tx, { userId, notice: 'email_changed', data: { newEmail: code.email } });
  });
}

/**
 * Brings the old address back for whoever reads mail there. Somebody else may have had the password: it is removed,
 * every session ends, and so does every other way in that is not older than the change. A new password is set by recovery.
 * @throws {WeirError} `wrong_credentials` when the link no longer works; `conflict` when the address is another's now.
 */
export async function undoEmailChange(
  { database: { db }, attempts }: Services,
  clientAddress: string,
  token: string,
): Promise<void> {
  await attempts.count('proof_address', addressGroup(clientAddress));
  await db.transaction(async (tx) => {
    const { userId, email, emailChangedAt: changedAt } = await redeemLink(tx, 'email_undo', token);
    if (email === null || changedAt === null) throw new Error('an undo link has an address and a time');
    const [other] = await tx
      .select()
      .from(users)
      .where(and(eq(users.email, email), ne(users.id, userId)));
    if (other) throw new WeirError('conflict', 'The address has another account now. Contact support.');
    const [{ accountId } = { accountId: '' }] = await tx
      .update(users)
      .set({ email, passwordHash: null })
      .where(eq(users.id, userId))
      .returning({ accountId: users.accountId });
    await endAllSessions(tx, userId);
    await tx.delete(emailCodes).where(eq(emailCodes.userId, userId));
    await endUnusedLinks(tx, userId, ['sign_in', 'recovery']);
    await takeBackAccount(tx, { userId, accountId, changedAt });
    await queueNotice(tx, { userId, notice: 'email_change_undone', data: {} });
  });
}
