import type { Db } from '@weir/db/connect';
import { createAccount } from '../accounts/create-account.ts';
import { hashPassword } from './password.ts';

/** @throws {WeirError} `conflict` when the e-mail is taken. */
export async function signUp(
  db: Db,
  person: { email: string; username: string; password: string },
): Promise<{ userId: string }> {
  const { email, username } = person;
  return createAccount(db, { email, username, passwordHash: await hashPassword(person.password) });
}
