import { newId } from '@weir/core/ids';
import type { Db } from '@weir/db/connect';
import { mails, noticePreferences, notices, users } from '@weir/db/schema';
import { and, eq } from 'drizzle-orm';
import { NOTICES, type NoticeData, type NoticeName } from './notice-table.ts';
import { wakeMailer } from './wake-mailer.ts';

export interface NewNotice<Name extends NoticeName> {
  userId: string;
  notice: Name;
  data: NoticeData<Name>;
}

/**
 * Tells a person something: in the dashboard, and by mail unless they don't want this kind mailed. Part of the caller's
 * transaction, so that it is told if and only if what it tells of has happened. Does nothing for a person who is gone.
 */
export async function queueNotice<Name extends NoticeName>(
  tx: Db,
  { userId, notice: name, data }: NewNotice<Name>,
): Promise<void> {
  const { kind, data: schema } = NOTICES[name];
  const [person] = await tx
    .select({ email: users.email, locale: users.locale, mailed: noticePreferences.mailed })
    .from(users)
    .leftJoin(
      noticePreferences,
      and(eq(noticePreferences.userId, users.id), eq(noticePreferences.kind, kind)),
    )
    .where(eq(users.id, userId));
  if (!person) return;

  const id = newId('notice');
  await tx.insert(notices).values({ id, userId, kind, name, data: schema.parse(data) });
  if (kind !== 'security' && person.mailed === false) return;
  const { email: recipient, locale } = person;
  await tx
    .insert(mails)
    .values({ id: newId('mail'), recipient, locale, letter: 'notice', userId, noticeId: id });
  await wakeMailer(tx);
}
