import { describeFailure } from '@weir/core/failures';
import type { Database } from '@weir/db/connect';
import { mails } from '@weir/db/schema';
import { eq, sql } from 'drizzle-orm';
import type { Logger } from 'pino';
import type { Db } from '@weir/db/connect';
import { composeLetter, type LetterDeps, type MailText } from './compose-letter.ts';
import { asLocale } from './locale.ts';
import { findNotice } from './find-notice.ts';

/** A mail that one server has begun is tried by another after this time, longer than any mail server may take. */
const LEASE_SECONDS = 300;
const RETRY_FIRST_SECONDS = 15;
const RETRY_SECONDS_MAX = 3_600;

export interface OutgoingMail extends MailText {
  id: string;
  recipient: string;
}

/** Hands a mail over. @throws when it was not taken: it is tried again. */
export type Post = (mail: OutgoingMail) => Promise<void>;

export interface DeliveryDeps extends LetterDeps {
  database: Database;
  log: Logger;
  post: Post;
}

type Mail = typeof mails.$inferSelect;

/** Sends what is due, until nothing is or it is asked to end. However many run at a time, each mail is taken by one. */
export async function deliverMails(deps: DeliveryDeps, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const mail = await claimMail(deps.database.db);
    if (!mail) return;
    await deliver(deps, mail);
  }
}

async function claimMail(db: Db): Promise<Mail | undefined> {
  const due = sql`(select id from mails where done_at is null and next_try_at <= now()
    order by is_bulk, next_try_at limit 1 for update skip locked)`;
  const [mail] = await db
    .update(mails)
    .set({
      attempts: sql`${mails.attempts} + 1`,
      nextTryAt: sql`now() + make_interval(secs => ${LEASE_SECONDS})`,
    })
    .where(eq(mails.id, due))
    .returning();
  return mail;
}

async function deliver({ database: { db }, log, post, ...deps }: DeliveryDeps, mail: Mail): Promise<void> {
  const done = { doneAt: sql`now()` };
  try {
    const text = await db.transaction(async (tx) => {
      const composed =
        mail.noticeId === null ? await composeLetter(tx, deps, mail) : await composeNotice(tx, deps, mail);
      if (!composed) await tx.update(mails).set(done).where(eq(mails.id, mail.id));
      return composed;
    });
    if (!text) return;
    await post({ id: mail.id, recipient: mail.recipient, ...text });
    await db.update(mails).set(done).where(eq(mails.id, mail.id));
  } catch (error) {
    const waitSeconds = Math.min(RETRY_FIRST_SECONDS * 2 ** (mail.attempts - 1), RETRY_SECONDS_MAX);
    const failure = { mailId: mail.id, letter: mail.letter, attempts: mail.attempts, waitSeconds };
    log.warn({ ...failure, ...describeFailure(error) }, 'A mail could not be sent; it will be tried again.');
    await db
      .update(mails)
      .set({ nextTryAt: sql`now() + make_interval(secs => ${waitSeconds})` })
      .where(eq(mails.id, mail.id));
  }
}

async function composeNotice(tx: Db, { webUrl }: LetterDeps, mail: Mail): Promise<MailText | undefined> {
  const rendered = await findNotice(tx, mail.noticeId ?? '', asLocale(mail.locale));
  return rendered && { subject: rendered.title, text: `${rendered.text}\n\n${webUrl}${rendered.path}` };
}
