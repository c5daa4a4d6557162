import { WeirError } from '@weir/core/errors';
import type { Db } from '@weir/db/connect';
import { proofFailures } from '@weir/db/schema';
import { eq, lte, sql } from 'drizzle-orm';
import type { Context } from '../context.ts';
import { tellOfBlockedTries } from '../notices/tell-of-blocked-tries.ts';

/** So many mistakes are free; each further one doubles a delay that begins with a minute. */
const FREE_FAILURES = 5;
const FIRST_DELAY_SECONDS = 60;
/** 24 tries a day at three codes in a million: one in 14,000 days, for somebody who has the password. */
const DELAY_SECONDS_MAX = 60 * 60;

/**
 * Makes a try at a code. It is counted as failed before it is made: of many at once none goes uncounted, and beginning
 * the sign-in again changes nothing. After one that was right the count begins anew; of too many wrong ones the person
 * is told.
 * @param attempt throws `wrong_credentials` for a wrong code.
 * @throws {WeirError} `rate_limited`, and whatever the attempt throws.
 */
export async function tryProof<Result>(
  ctx: Pick<Context, 'attempts' | 'database'>,
  userId: string,
  attempt: () => Promise<Result>,
): Promise<Result> {
  const { db } = ctx.database;
  const failures = await countTry(db, userId);
  const isBlocked = failures === undefined;
  if (isBlocked) {
    await tellOfBlockedTries(ctx, userId, 'code_tries_blocked');
    throw await tooMany(db, userId);
  }
  try {
    const result = await attempt();
    await db.delete(proofFailures).where(eq(proofFailures.userId, userId));
    return result;
  } catch (error) {
    // Whoever waits each delay out is never refused, and is no less a guesser.
    if (failures >= FREE_FAILURES && error instanceof WeirError && error.code === 'wrong_credentials') {
      await tellOfBlockedTries(ctx, userId, 'code_tries_blocked');
    }
    throw error;
  }
}

/** @returns how many have failed by now, with this one; undefined when none is looked at for a while. */
async function countTry(db: Db, userId: string): Promise<number | undefined> {
  const failures = sql`${proofFailures.failures} + 1`;
  const delaySeconds = sql`
    case when ${failures} < ${FREE_FAILURES} then 0
    else least(${DELAY_SECONDS_MAX}, ${FIRST_DELAY_SECONDS} * 2 ^ least(${failures} - ${FREE_FAILURES}, 20)) end`;
  const [counted] = await db
    .insert(proofFailures)
    .values({ userId, failures: 1, blockedUntil: sql`now()` })
    .onConflictDoUpdate({
      target: proofFailures.userId,
      set: { failures, blockedUntil: sql`now() + make_interval(secs => ${delaySeconds})` },
      setWhere: lte(proofFailures.blockedUntil, sql`now()`),
    })
    .returning({ failures: proofFailures.failures });
  return counted?.failures;
}

async function tooMany(db: Db, userId: string): Promise<WeirError> {
  const [blocked] = await db.select().from(proofFailures).where(eq(proofFailures.userId, userId));
  const waitMs = (blocked?.blockedUntil.getTime() ?? 0) - Date.now();
  return new WeirError('rate_limited', 'Too many wrong tries. Wait a while, then try again.', {
    retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1000)),
  });
}
