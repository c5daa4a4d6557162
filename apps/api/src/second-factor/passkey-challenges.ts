import { randomBytes } from 'node:crypto';
import { hashSecret } from '@weir/core/api-key';
import type { Db } from '@weir/db/connect';
import { passkeyChallenges, type challengePurpose } from '@weir/db/schema';
import { and, eq, gt, isNull, sql } from 'drizzle-orm';

const CHALLENGE_BYTES = 32;
/** Time to find a security key; browsers ask for a minute or more. */
const CHALLENGE_LIFE_MS = 5 * 60 * 1000;

export type ChallengePurpose = (typeof challengePurpose.enumValues)[number];

export interface ChallengeUse {
  purpose: ChallengePurpose;
  /** Left out where nobody has said yet who they are. */
  userId?: string | undefined;
}

export async function issueChallenge(
  db: Db,
  { purpose, userId }: ChallengeUse,
): Promise<Uint8Array<ArrayBuffer>> {
  const challenge = new Uint8Array(randomBytes(CHALLENGE_BYTES));
  await db.insert(passkeyChallenges).values({
    challengeHash: hashSecret(Buffer.from(challenge).toString('base64url')),
    purpose,
    userId,
    expiresAt: new Date(Date.now() + CHALLENGE_LIFE_MS),
  });
  return challenge;
}

/** @returns whether it was issued for this use, not long ago, and did not come back before; of many at once, one. */
export async function consumeChallenge(
  db: Db,
  challenge: string,
  { purpose, userId }: ChallengeUse,
): Promise<boolean> {
  const consumed = await db
    .delete(passkeyChallenges)
    .where(
      and(
        eq(passkeyChallenges.challengeHash, hashSecret(challenge)),
        eq(passkeyChallenges.purpose, purpose),
        userId === undefined ? isNull(passkeyChallenges.userId) : eq(passkeyChallenges.userId, userId),
        gt(passkeyChallenges.expiresAt, sql`now()`),
      ),
    )
    .returning({ purpose: passkeyChallenges.purpose });
  return consumed.length > 0;
}
