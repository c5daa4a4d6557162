import type { Db } from '@weir/db/connect';
import { createAccount } from '../accounts/create-account.ts';
import { hashPassword } from './password.ts';

/** @throws {WeirError} `conflict` when the e-mail is taken. */
export async function signUp(
  db: Db,
  person: { email: string; username: string; password: string; phone?: string | undefined },
): Promise<{ userId: string }> {
  const { email, username, phone } = person;
  return createAccount(db, { email, username, phone, passwordHash: await hashPassword(person.password) });
}
