import { randomInt } from 'node:crypto';
import { WeirError } from '@weir/core/errors';
import { newId } from '@weir/core/ids';
import type { KeyedHash } from '@weir/core/keyed-hash';
import type { Db } from '@weir/db/connect';
import { emailCodes } from '@weir/db/schema';
import { and, eq, gt, isNull, sql } from 'drizzle-orm';
import type { Locale } from '../notices/locale.ts';
import { queueLetter } from '../notices/queue-letter.ts';

const CODE_DIGITS = 8;
const CODE_LIFE_MS = 15 * 60 * 1000;
/** A guess is right once in 10⁸. */
const TRIES_MAX = 5;
const RESENDS_MAX = 3;

type Code = typeof emailCodes.$inferSelect;

export interface NewCode {
  purpose: Code['purpose'];
  email: string;
  userId?: string;
  locale: Locale;
}

/** Has a code mailed to the address. @returns the id under which it is typed in. */
export async function beginCode(tx: Db, { purpose, email, userId, locale }: NewCode): Promise<string> {
  const id = newId('emailCode');
  await tx.insert(emailCodes).values({
    id,
    purpose,
    email,
    userId: userId ?? null,
    triesLeft: TRIES_MAX,
    resendsLeft: RESENDS_MAX,
    expiresAt: lifeFromNow(),
  });
  await queueLetter(tx, { letter: `${purpose}_code`, recipient: email, locale, codeId: id });
  return id;
}

/**
 * Has another code mailed; the one before it ends when that is sent.
 * @throws {WeirError} `not_found` when its time is over, or it was mailed often enough: whoever waits for it begins again
 * at once, under an id that nobody else knows. How often one may begin is counted by the address that is mailed.
 */
export async function resendCode(tx: Db, id: string, locale: Locale): Promise<void> {
  const [code] = await tx
    .update(emailCodes)
    .set({ resendsLeft: sql`${emailCodes.resendsLeft} - 1` })
    .where(and(eq(emailCodes.id, id), gt(emailCodes.expiresAt, sql`now()`)))
    .returning();
  if (!code) throw new WeirError('not_found', 'This code’s time is over. Begin again.');
  if (code.resendsLeft < 0) {
    throw new WeirError('not_found', 'The code was sent several times. Begin again.');
  }
  await queueLetter(tx, { letter: `${code.purpose}_code`, recipient: code.email, locale, codeId: id });
}

/** A new code in place of the one before; undefined when nobody waits for it any more. */
export async function renewCode(tx: Db, keyedHash: KeyedHash, id: string): Promise<string | undefined> {
  const code = String(randomInt(10 ** CODE_DIGITS)).padStart(CODE_DIGITS, '0');
  const renewed = await tx
    .update(emailCodes)
    .set({ codeHash: hashOf(keyedHash, id, code), triesLeft: TRIES_MAX, expiresAt: lifeFromNow() })
    .where(and(eq(emailCodes.id, id), gt(emailCodes.expiresAt, sql`now()`)))
    .returning({ id: emailCodes.id });
  return renewed.length === 0 ? undefined : code;
}

/**
 * Whose code it is. Every call is one of its tries, unless it is another person's. The caller deletes the row in the transaction of what the code was
 * for, and takes a row that is gone for a wrong code: that makes it single use.
 * @throws {WeirError} `wrong_credentials` for a code that is wrong, used, too old or tried too often, all alike.
 */
export async function checkCode(
  db: Db,
  keyedHash: KeyedHash,
  given: Pick<Code, 'id' | 'purpose' | 'userId'> & { code: string },
): Promise<Code> {
  const [code] = await db
    .update(emailCodes)
    .set({ triesLeft: sql`${emailCodes.triesLeft} - 1` })
    .where(
      and(
        eq(emailCodes.id, given.id),
        eq(emailCodes.purpose, given.purpose),
        given.userId === null ? isNull(emailCodes.userId) : eq(emailCodes.userId, given.userId),
        gt(emailCodes.triesLeft, 0),
        gt(emailCodes.expiresAt, sql`now()`),
      ),
    )
    .returning();
  if (!code || code.codeHash !== hashOf(keyedHash, code.id, given.code)) throw wrongCode();
  return code;
}

/** Ends a code that was typed in. @throws {WeirError} `wrong_credentials` when it has ended already. */
export async function endCode(tx: Db, id: string): Promise<void> {
  const ended = await tx.delete(emailCodes).where(eq(emailCodes.id, id)).returning({ id: emailCodes.id });
  if (ended.length === 0) throw wrongCode();
}

export function wrongCode(): WeirError {
  return new WeirError('wrong_credentials', 'This code is wrong, or no longer works.', { param: 'code' });
}

function lifeFromNow(): Date {
  return new Date(Date.now() + CODE_LIFE_MS);
}

function hashOf(keyedHash: KeyedHash, id: string, code: string): string {
  return keyedHash('email code', `${id} ${code}`);
}
