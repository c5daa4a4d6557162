import { WeirError } from '@weir/core/errors';
import { addressGroup } from '@weir/settings/address-group';
import type { Services } from '../create-context.ts';
import type { Locale } from '../notices/locale.ts';
import { queueLetter } from '../notices/queue-letter.ts';
import { pairOf } from './attempts.ts';
import { checkPassword } from './check-password.ts';

export interface Credentials {
  email: string;
  password: string;
}

/**
 * Whose the e-mail and the password are.
 * @throws {WeirError} `wrong_credentials`, or `rate_limited` after several tries; both the same whether or not there is
 * such a person.
 */
export async function signIn(
  services: Services,
  clientAddress: string,
  credentials: Credentials,
): Promise<{ userId: string }> {
  const { attempts, database } = services;
  const { email } = credentials;
  const pair = pairOf(clientAddress, email);
  await attempts.count('sign_in_address', addressGroup(clientAddress));
  try {
    await attempts.count('sign_in', pair);
    await attempts.count('sign_in_account', email);
  } catch (error) {
    if (error instanceof WeirError && error.code === 'rate_limited') await tellHolder(services, email);
    throw error;
  }
  const person = await checkPassword(database.db, credentials);
  await attempts.forget('sign_in', pair);
  await attempts.forget('sign_in_account', email);
  return person;
}

/** Once a day. Whether there is a holder is looked up when the letter is written. */
async function tellHolder({ attempts, database }: Services, email: string): Promise<void> {
  if (!(await attempts.isFirstToday('sign_in_blocked', email))) return;
  const locale: Locale = 'en';
  await queueLetter(database.db, { letter: 'sign_in_blocked', recipient: email, locale });
}
