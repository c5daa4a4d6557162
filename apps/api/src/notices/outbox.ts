import { WeirError } from '@weir/core/errors';
import type { SecretBox } from '@weir/core/secret-box';
import type { Db } from '@weir/db/connect';
import { mails, users } from '@weir/db/schema';
import { and, desc, eq, isNotNull } from 'drizzle-orm';
import type { Audited } from '../audit/write-audit.ts';
import { openMail } from './mail-post.ts';
import type { OpenedMail, OutboxMail } from './outbox-view.ts';

const MAILS_MAX = 100;

/** As letters write codes, in their subjects too. */
const CODE = /\d{4} \d{4}/g;

/** The newest that wait, without what lets people in. */
export async function listMails(db: Db, secrets: SecretBox): Promise<OutboxMail[]> {
  const rows = await db
    .select()
    .from(mails)
    .where(isNotNull(mails.sealedText))
    .orderBy(desc(mails.id))
    .limit(MAILS_MAX);
  return rows.map(({ id, recipient, sealedText, createdAt }) => ({
    mailId: id,
    recipient,
    subject: openMail(secrets, id, sealedText ?? '').subject.replaceAll(CODE, '•••• ••••'),
    createdAt: createdAt.toISOString(),
  }));
}

/**
 * Opens one mail, for whoever is to pass it on.
 * @returns what it says, and what the audit log is to say of it.
 * @throws {WeirError} `not_found`
 */
export async function readMail(
  db: Db,
  secrets: SecretBox,
  mailId: string,
): Promise<{ result: OpenedMail; done: Audited }> {
  const [mail] = await db
    .select()
    .from(mails)
    .where(and(eq(mails.id, mailId), isNotNull(mails.sealedText)));
  if (!mail?.sealedText) {
    throw new WeirError('not_found', `There is no mail ${mailId}.`, { param: 'mailId' });
  }
  const reader = mail.userId === null ? eq(users.email, mail.recipient) : eq(users.id, mail.userId);
  const [person] = await db.select({ accountId: users.accountId }).from(users).where(reader);
  return {
    result: { mailId, ...openMail(secrets, mailId, mail.sealedText) },
    done: {
      action: 'mail.read',
      targetId: mailId,
      accountId: person?.accountId,
      after: { letter: mail.letter },
    },
  };
}
