import { verifyRegistrationResponse, type VerifiedRegistrationResponse } from '@simplewebauthn/server';
import { WeirError } from '@weir/core/errors';
import { newId } from '@weir/core/ids';
import type { Db } from '@weir/db/connect';
import { passkeys } from '@weir/db/schema';
import { eq } from 'drizzle-orm';
import { consumeChallenge } from './passkey-challenges.ts';
import type { RelyingParty } from './relying-party.ts';
import type { CreatedPasskey } from './second-factor-inputs.ts';
import { challengeOf } from './verify-passkey.ts';

/** More are no person's; each is a way in. */
const PASSKEYS_MAX = 20;

type Credential = Extract<VerifiedRegistrationResponse, { verified: true }>['registrationInfo']['credential'];

/**
 * What a passkey that the person's browser has made is known by.
 * @throws {WeirError} `invalid_request` when it can't be verified.
 */
export async function verifyNewPasskey(
  db: Db,
  party: RelyingParty,
  { userId, passkey }: { userId: string; passkey: CreatedPasskey },
): Promise<Credential> {
  const challenge = challengeOf(passkey.response.clientDataJSON);
  const isOurs =
    challenge !== undefined && (await consumeChallenge(db, challenge, { purpose: 'register', userId }));
  const verified = isOurs ? await verify(passkey, challenge, party) : undefined;
  if (verified?.verified) return verified.registrationInfo.credential;
  throw new WeirError('invalid_request', 'This passkey could not be verified. Try again.', {
    param: 'passkey',
  });
}

/** @throws {WeirError} `conflict` when it is known, or there are too many. */
export async function insertPasskey(
  tx: Db,
  {
    userId,
    name,
    credential,
    transports,
  }: { userId: string; name: string; credential: Credential; transports: string[] },
): Promise<void> {
  if ((await tx.$count(passkeys, eq(passkeys.userId, userId))) >= PASSKEYS_MAX) {
    throw new WeirError('conflict', `A person has at most ${PASSKEYS_MAX} passkeys. Remove one first.`);
  }
  const added = await tx
    .insert(passkeys)
    .values({
      id: newId('passkey'),
      userId,
      credentialId: credential.id,
      publicKey: Buffer.from(credential.publicKey).toString('base64url'),
      counter: credential.counter,
      transports,
      name,
    })
    .onConflictDoNothing({ target: passkeys.credentialId })
    .returning({ id: passkeys.id });
  if (added.length === 0) throw new WeirError('conflict', 'This passkey was added before.');
}

async function verify(
  response: CreatedPasskey,
  expectedChallenge: string,
  party: RelyingParty,
): Promise<VerifiedRegistrationResponse | undefined> {
  try {
    return await verifyRegistrationResponse({
      response,
      expectedChallenge,
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      requireUserVerification: false,
    });
  } catch {
    // The library tells what is wrong with a response by throwing.
    return undefined;
  }
}
