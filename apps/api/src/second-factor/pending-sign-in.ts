import { randomBytes } from 'node:crypto';
import { hashSecret } from '@weir/core/api-key';
import { WeirError } from '@weir/core/errors';
import type { Db } from '@weir/db/connect';
import { pendingSignIns } from '@weir/db/schema';
import { and, eq, gt, sql } from 'drizzle-orm';

/** Time to find the phone and wait for the next code. */
const PENDING_LIFE_MS = 10 * 60 * 1000;
const TRIES = 5;
const TOKEN_BYTES = 32;

/** A token for the second step of a sign-in, for a person who has taken the first. */
export async function createPendingSignIn(
  db: Db,
  userId: string,
): Promise<{ pendingToken: string; expiresAt: Date }> {
  const pendingToken = randomBytes(TOKEN_BYTES).toString('base64url');
  const expiresAt = new Date(Date.now() + PENDING_LIFE_MS);
  await db
    .insert(pendingSignIns)
    .values({ tokenHash: hashSecret(pendingToken), userId, triesLeft: TRIES, expiresAt });
  return { pendingToken, expiresAt };
}

/**
 * Takes one of the sign-in's tries.
 * @throws {WeirError} `not_signed_in` when none is left, or the token is too old, or none.
 */
export async function takePendingTry(db: Db, pendingToken: string): Promise<{ userId: string }> {
  const [pending] = await db
    .update(pendingSignIns)
    .set({ triesLeft: sql`${pendingSignIns.triesLeft} - 1` })
    .where(and(isAlive(pendingToken), gt(pendingSignIns.triesLeft, 0)))
    .returning({ userId: pendingSignIns.userId });
  if (!pending) throw tooLate();
  return pending;
}

/** Whose sign-in it is. @throws {WeirError} `not_signed_in` */
export async function findPendingSignIn(db: Db, pendingToken: string): Promise<{ userId: string }> {
  const [pending] = await db.select().from(pendingSignIns).where(isAlive(pendingToken));
  if (!pending) throw tooLate();
  return pending;
}

/** Ends it for a session to be opened: of many at once, for one. @throws {WeirError} `not_signed_in` */
export async function endPendingSignIn(db: Db, pendingToken: string): Promise<void> {
  const ended = await db.delete(pendingSignIns).where(isAlive(pendingToken)).returning({
    userId: pendingSignIns.userId,
  });
  if (ended.length === 0) throw tooLate();
}

function isAlive(pendingToken: string) {
  return and(
    eq(pendingSignIns.tokenHash, hashSecret(pendingToken)),
    gt(pendingSignIns.expiresAt, sql`now()`),
  );
}

function tooLate(): WeirError {
  return new WeirError(
    'not_signed_in',
    'This sign-in took too long or had too many wrong codes. Begin again with your password.',
  );
}
