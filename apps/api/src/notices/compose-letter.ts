import type { KeyedHash } from '@weir/core/keyed-hash';
import type { Db } from '@weir/db/connect';
import { mails, users } from '@weir/db/schema';
import { eq } from 'drizzle-orm';
import { renewCode } from '../auth/email-code.ts';
import { createLink } from '../auth/one-time-link.ts';
import { LETTER_TEXTS, type LetterFacts } from './letter-texts.ts';
import { asLocale } from './locale.ts';
import { queueNotice } from './queue-notice.ts';

export type LetterName = keyof typeof LETTER_TEXTS | 'sign_in_blocked';

export interface LetterDeps {
  keyedHash: KeyedHash;
  brandName: string;
  /** Without a slash at its end. */
  webUrl: string;
}

export interface MailText {
  subject: string;
  text: string;
}

type Mail = typeof mails.$inferSelect;

/**
 * Writes a letter, with a code or a link that is made now: what lets somebody in is nowhere before. A letter that turns
 * out to be for nobody, or for somebody who has to be told something else, is not written.
 */
export async function composeLetter(tx: Db, deps: LetterDeps, mail: Mail): Promise<MailText | undefined> {
  switch (mail.letter as LetterName) {
    case 'sign_up_code':
      return (await warnOwner(tx, mail.recipient)) ? undefined : codeLetter(tx, deps, mail, 'sign_up_code');
    case 'email_change_code':
      return (await warnOwner(tx, mail.recipient))
        ? undefined
        : codeLetter(tx, deps, mail, 'email_change_code');
    case 'recovery': {
      const owner = await ownerOf(tx, mail.recipient);
      if (!owner) return undefined;
      const { token } = await createLink(tx, { purpose: 'recovery', userId: owner.id });
      return textOf(mail, 'recovery', deps, { url: `${deps.webUrl}/reset?token=${token}` });
    }
    case 'email_undo': {
      // Another link that takes the change back may have taken this mail away.
      const [due] = await tx.select().from(mails).where(eq(mails.id, mail.id)).for('update');
      if (!due?.userId) return undefined;
      const { userId, recipient: email, createdAt: emailChangedAt } = due;
      const { token } = await createLink(tx, { purpose: 'email_undo', userId, email, emailChangedAt });
      return textOf(mail, 'email_undo', deps, { url: `${deps.webUrl}/email-undo?token=${token}` });
    }
    case 'sign_in_blocked': {
      const owner = await ownerOf(tx, mail.recipient);
      if (owner) await queueNotice(tx, { userId: owner.id, notice: 'sign_in_blocked', data: {} });
      return undefined;
    }
  }
}

async function ownerOf(tx: Db, email: string): Promise<{ id: string } | undefined> {
  const [owner] = await tx.select({ id: users.id }).from(users).where(eq(users.email, email));
  return owner;
}

/** @returns whether the address is somebody's already; they are told that it was tried. */
async function warnOwner(tx: Db, email: string): Promise<boolean> {
  const owner = await ownerOf(tx, email);
  if (owner) await queueNotice(tx, { userId: owner.id, notice: 'email_in_use', data: {} });
  return owner !== undefined;
}

async function codeLetter(
  tx: Db,
  deps: LetterDeps,
  mail: Mail,
  letter: 'sign_up_code' | 'email_change_code',
): Promise<MailText | undefined> {
  const code = mail.codeId === null ? undefined : await renewCode(tx, deps.keyedHash, mail.codeId);
  return code === undefined
    ? undefined
    : textOf(mail, letter, deps, { code: `${code.slice(0, 4)} ${code.slice(4)}` });
}

function textOf(
  mail: Mail,
  letter: keyof typeof LETTER_TEXTS,
  { brandName }: LetterDeps,
  facts: Partial<LetterFacts>,
): MailText {
  return LETTER_TEXTS[letter][asLocale(mail.locale)]({ code: '', url: '', ...facts, brandName });
}
