import { verifyAuthenticationResponse, type VerifiedAuthenticationResponse } from '@simplewebauthn/server';
import { decodeClientDataJSON } from '@simplewebauthn/server/helpers';
import { WeirError } from '@weir/core/errors';
import type { Db } from '@weir/db/connect';
import { passkeys } from '@weir/db/schema';
import { and, eq, lt, or, sql } from 'drizzle-orm';
import { consumeChallenge, type ChallengeUse } from './passkey-challenges.ts';
import type { RelyingParty } from './relying-party.ts';
import type { UsedPasskey } from './second-factor-inputs.ts';

type PasskeyRow = typeof passkeys.$inferSelect;

/**
 * Whose passkey signed the challenge. For a second factor it is enough that the authenticator was touched; where the
 * passkey stands alone it has to have asked for a PIN, a finger or a face.
 * @throws {WeirError} `wrong_credentials`, whatever it is that does not fit.
 */
export async function verifyPasskey(
  db: Db,
  party: RelyingParty,
  use: ChallengeUse,
  response: UsedPasskey,
): Promise<{ userId: string }> {
  const challenge = challengeOf(response.response.clientDataJSON);
  if (challenge === undefined || !(await consumeChallenge(db, challenge, use))) throw refused();
  const [passkey] = await db.select().from(passkeys).where(eq(passkeys.credentialId, response.id));
  if (!passkey || !isOwners(passkey, use, response)) throw refused();
  const requireUserVerification = use.purpose !== 'second_factor';
  const verified = await verify(response, { challenge, party, passkey, requireUserVerification });
  if (!verified?.verified || !(await countUse(db, passkey, verified.authenticationInfo.newCounter))) {
    throw refused();
  }
  return { userId: passkey.userId };
}

/** What a signed response says of itself. @returns undefined when it can't be read. */
export function challengeOf(clientDataJSON: string): string | undefined {
  try {
    return decodeClientDataJSON(clientDataJSON).challenge;
  } catch {
    return undefined;
  }
}

/** WebAuthn §7.2: the person who was named, and the one that the authenticator names, are the passkey's. */
function isOwners({ userId }: PasskeyRow, use: ChallengeUse, { response }: UsedPasskey): boolean {
  const handle = response.userHandle;
  if (use.userId !== undefined && use.userId !== userId) return false;
  return handle === undefined ? use.userId !== undefined : handle === userHandle(userId);
}

/** The person, as an authenticator keeps them. */
export function userHandle(userId: string): string {
  return Buffer.from(userId).toString('base64url');
}

async function verify(
  response: UsedPasskey,
  options: {
    challenge: string;
    party: RelyingParty;
    passkey: PasskeyRow;
    requireUserVerification: boolean;
  },
): Promise<VerifiedAuthenticationResponse | undefined> {
  const { challenge, party, passkey, requireUserVerification } = options;
  try {
    return await verifyAuthenticationResponse({
      response,
      expectedChallenge: challenge,
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      requireUserVerification,
      credential: {
        id: passkey.credentialId,
        publicKey: new Uint8Array(Buffer.from(passkey.publicKey, 'base64url')),
        counter: passkey.counter,
      },
    });
  } catch {
    // The library tells what is wrong with a response by throwing; who sent it is told no more than that it is.
    return undefined;
  }
}

/** Of an authenticator that counts, a number that does not grow is a copy's. */
async function countUse(db: Db, { id }: PasskeyRow, counter: number): Promise<boolean> {
  const grows = lt(passkeys.counter, counter);
  const doesNotCount = and(eq(passkeys.counter, 0), sql`${counter} = 0`);
  const counted = await db
    .update(passkeys)
    .set({ counter, lastUsedAt: sql`now()` })
    .where(and(eq(passkeys.id, id), or(grows, doesNotCount)))
    .returning({ id: passkeys.id });
  return counted.length > 0;
}

function refused(): WeirError {
  return new WeirError('wrong_credentials', 'This passkey could not be verified. Try again.', {
    param: 'passkey',
  });
}
