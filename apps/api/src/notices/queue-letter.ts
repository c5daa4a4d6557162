import { newId } from '@weir/core/ids';
import type { Db } from '@weir/db/connect';
import { mails } from '@weir/db/schema';
import type { LetterName } from './compose-letter.ts';
import type { Locale } from './locale.ts';
import { MAIL_JOB, wakeJob } from './wake-job.ts';

export interface NewLetter {
  letter: LetterName;
  recipient: string;
  locale: Locale;
  /** The code that it carries. */
  codeId?: string;
  /** Whose old address it is sent to. */
  userId?: string;
}

/**
 * Has an address written to. Whether somebody has an account there is looked up when the letter is sent: whoever has it
 * queued can't tell from the answer, nor from the time that it took.
 */
export async function queueLetter(tx: Db, letter: NewLetter): Promise<void> {
  await tx.insert(mails).values({ id: newId('mail'), ...letter });
  await wakeJob(tx, MAIL_JOB);
}
