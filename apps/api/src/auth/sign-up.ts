import { WeirError } from '@weir/core/errors';
import { emailCodes, signUps } from '@weir/db/schema';
import { eq } from 'drizzle-orm';
import { addressGroup } from '@weir/settings/address-group';
import { createAccount } from '../accounts/create-account.ts';
import type { Services } from '../create-context.ts';
import type { Locale } from '../notices/locale.ts';
import { beginCode, checkCode, endCode, resendCode, wrongCode } from './email-code.ts';
import { checkNewPassword } from './check-new-password.ts';
import { acceptPolicies } from '../policies/policies.ts';
import { hashPassword } from './password.ts';

export interface NewPerson {
  email: string;
  username: string;
  password: string;
  phone?: string | undefined;
  locale: Locale;
  /** The versions of policies that they were shown. */
  acceptedPolicyIds: string[];
}

/**
 * Has a code mailed with which the account is made. Nobody is looked up: for an address that has an account the same is
 * done and answered, and its owner is told when the mail is written.
 * @returns the id under which the code is typed in.
 */
export async function beginSignUp(
  { database: { db }, attempts }: Services,
  clientAddress: string,
  { email, password, ...person }: NewPerson,
): Promise<string> {
  await checkNewPassword(password, [email, person.username], 'password');
  await attempts.count('mail_address', addressGroup(clientAddress));
  await attempts.count('mail', email);
  const passwordHash = await hashPassword(password);
  return db.transaction(async (tx) => {
    const codeId = await beginCode(tx, { purpose: 'sign_up', email, locale: person.locale });
    await tx.insert(signUps).values({ ...person, codeId, passwordHash });
    return codeId;
  });
}

/** @throws {WeirError} as {@link resendCode}. */
export async function resendSignUpCode(
  { database: { db }, attempts }: Services,
  clientAddress: string,
  { signUpId, locale }: { signUpId: string; locale: Locale },
): Promise<void> {
  await attempts.count('mail_address', addressGroup(clientAddress));
  await db.transaction((tx) => resendCode(tx, signUpId, locale));
}

/**
 * Makes the account; of many at once exactly one does.
 * @throws {WeirError} `wrong_credentials`, also when the address got an account meanwhile.
 */
export async function confirmSignUp(
  { database: { db }, attempts, keyedHash }: Services,
  clientAddress: string,
  { signUpId, code: given }: { signUpId: string; code: string },
): Promise<{ userId: string }> {
  await attempts.count('proof_address', addressGroup(clientAddress));
  const code = await checkCode(db, keyedHash, {
    id: signUpId,
    purpose: 'sign_up',
    userId: null,
    code: given,
  });
  return db.transaction(async (tx) => {
    const [person] = await tx.select().from(signUps).where(eq(signUps.codeId, code.id));
    await endCode(tx, code.id);
    if (!person) throw wrongCode();
    const { codeId: _codeId, acceptedPolicyIds, ...account } = person;
    await tx.delete(emailCodes).where(eq(emailCodes.email, code.email));
    try {
      const { userId } = await createAccount(tx, { ...account, email: code.email });
      await acceptPolicies(tx, userId, acceptedPolicyIds);
      return { userId };
    } catch (error) {
      throw error instanceof WeirError && error.code === 'conflict' ? wrongCode() : error;
    }
  });
}
