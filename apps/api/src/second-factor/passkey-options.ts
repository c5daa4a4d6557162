import { generateAuthenticationOptions, generateRegistrationOptions } from '@simplewebauthn/server';
import { WeirError } from '@weir/core/errors';
import type { Db } from '@weir/db/connect';
import { passkeys, users } from '@weir/db/schema';
import { eq } from 'drizzle-orm';
import { issueChallenge, type ChallengeUse } from './passkey-challenges.ts';
import type { PasskeyCreationView, PasskeyRequestView } from './passkey-view.ts';
import { PASSKEY_ALGORITHMS, type RelyingParty } from './relying-party.ts';

/** What the person's browser is to ask an authenticator for, to make a passkey. */
export async function creationOptions(
  db: Db,
  { party, brand, userId }: { party: RelyingParty; brand: string; userId: string },
): Promise<PasskeyCreationView> {
  const [user] = await db.select().from(users).where(eq(users.id, userId));
  if (!user) throw new WeirError('not_found', 'This person no longer exists.');
  return generateRegistrationOptions({
    rpName: brand,
    rpID: party.id,
    userID: new Uint8Array(Buffer.from(userId)),
    userName: user.email,
    userDisplayName: user.username,
    challenge: await issueChallenge(db, { purpose: 'register', userId }),
    excludeCredentials: await descriptorsOf(db, userId),
    // Without either a key still serves as a second factor.
    supportedAlgorithmIDs: [...PASSKEY_ALGORITHMS],
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
  });
}

/** What the browser is to have signed: by one of the person's passkeys, or where nobody is named yet by any of this site. */
export async function requestOptions(
  db: Db,
  party: RelyingParty,
  use: ChallengeUse,
): Promise<PasskeyRequestView> {
  return generateAuthenticationOptions({
    rpID: party.id,
    challenge: await issueChallenge(db, use),
    userVerification: use.purpose === 'second_factor' ? 'discouraged' : 'required',
    ...(use.userId !== undefined && { allowCredentials: await descriptorsOf(db, use.userId) }),
  });
}

async function descriptorsOf(db: Db, userId: string): Promise<{ id: string; transports: string[] }[]> {
  const rows = await db.select().from(passkeys).where(eq(passkeys.userId, userId));
  return rows.map(({ credentialId, transports }) => ({ id: credentialId, transports }));
}
