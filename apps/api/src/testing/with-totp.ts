import { Secret, TOTP } from 'otpauth';
import type { TestApi } from './start-test-api.ts';

/** A code of the secret, `steps` of 30 seconds from now. */
export function totpCode(secret: string, steps = 0): string {
  const timestamp = Date.now() + steps * 30_000;
  return TOTP.generate({ secret: Secret.fromBase32(secret), timestamp });
}

/** A person with an authenticator app, whose code of the next step is unused. */
export async function signUpWithTotp(api: TestApi, email: string) {
  const person = await api.signUp(email);
  const { secret } = await person.client.secondFactor.beginTotp.mutate();
  const code = totpCode(secret);
  const { recoveryCodes, session } = await person.client.secondFactor.confirmTotp.mutate({ code });
  if (!recoveryCodes || !session) throw new Error('a first factor comes with recovery codes');
  const { sessionToken } = session;
  return { ...person, secret, recoveryCodes, sessionToken, client: api.client(sessionToken) };
}
