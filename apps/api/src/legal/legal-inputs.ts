import { z } from 'zod';

/** An id as it is shown in the holder's settings. */
const accountId = z
  .string('Write the id of an account.')
  .trim()
  .regex(/^acc_[0-9a-z]{26}$/, 'Write the id of an account, acc_ and 26 letters and digits.');

/** What a lawful matter is called: it stays in the audit log for good. */
const reference = z
  .string('Write what it rests on.')
  .trim()
  .regex(
    /^\P{Cc}{1,200}$/u,
    'Write what it rests on in 1 to 200 characters, e.g. a file number; no names of people.',
  );

export const legalInput = z.object({ accountId, reference });
