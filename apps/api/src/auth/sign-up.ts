import type { Db } from '@weir/db/connect';
import { createAccount } from '../accounts/create-account.ts';
import { acceptPolicies } from '../policies/policies.ts';
import { hashPassword } from './password.ts';

/** @throws {WeirError} `conflict` when the e-mail is taken. */
export async function signUp(
  db: Db,
  person: {
    email: string;
    username: string;
    password: string;
    phone?: string | undefined;
    acceptedPolicyIds: readonly string[];
  },
): Promise<{ userId: string }> {
  const { email, username, phone } = person;
  const passwordHash = await hashPassword(person.password);
  return db.transaction(async (tx) => {
    const { userId } = await createAccount(tx, { email, username, phone, passwordHash });
    await acceptPolicies(tx, userId, person.acceptedPolicyIds);
    return { userId };
  });
}
