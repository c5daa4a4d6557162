import { WeirError } from '@weir/core/errors';
import type { Db } from '@weir/db/connect';
import { proofFailures } from '@weir/db/schema';
import { eq, lte, sql } from 'drizzle-orm';

/** So many mistakes are free; each further one doubles a delay that begins with a minute. */
const FREE_FAILURES = 5;
const FIRST_DELAY_SECONDS = 60;
/** 24 tries a day at three codes in a million: one in 14,000 days, for somebody who has the password. */
const DELAY_SECONDS_MAX = 60 * 60;

/**
 * Counts a try at a code as failed, before it is looked at: of many at once none goes uncounted, and
 * beginning the sign-in again changes nothing.
 * @throws {WeirError} `rate_limited`
 */
export async function countProofTry(db: Db, userId: string): Promise<void> {
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
    .returning({ userId: proofFailures.userId });
  if (counted) return;
  const [blocked] = await db.select().from(proofFailures).where(eq(proofFailures.userId, userId));
  const waitMs = (blocked?.blockedUntil.getTime() ?? 0) - Date.now();
  throw new WeirError('rate_limited', 'Too many wrong tries. Wait a while, then try again.', {
    retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1000)),
  });
}

/** After a try that was right, the count begins anew. */
export async function forgiveProofTries(db: Db, userId: string): Promise<void> {
  await db.delete(proofFailures).where(eq(proofFailures.userId, userId));
}
