import type { Database } from '@weir/db/connect';
import { apiKeys, keyLeakReports, users } from '@weir/db/schema';
import { eq, or, sql } from 'drizzle-orm';
import { queueNotice } from '../notices/queue-notice.ts';

/** `unknown`: no secret of ours. `dead`: it did not work any more. */
export type LeakOutcome = 'disabled' | 'dead' | 'unknown';

export interface LeakReport {
  /** SHA-256 of the secret, hex. */
  hash: string;
  outcome: LeakOutcome;
}

/**
 * Stops the keys whose secrets were found in public: at once, on every relay, until their holders rotate them. An old
 * secret of a rotation ends, and the new one goes on. Whoever reports the same again changes nothing.
 * @param scanner who found them, as the settings name it.
 */
export async function reportLeakedKeys(
  { db }: Pick<Database, 'db'>,
  scanner: string,
  hashes: readonly string[],
): Promise<LeakReport[]> {
  const reports: LeakReport[] = [];
  for (const hash of new Set(hashes)) {
    reports.push({ hash, outcome: await db.transaction((tx) => reportOne(tx, scanner, hash)) });
  }
  return reports;
}

type Tx = Parameters<Parameters<Database['db']['transaction']>[0]>[0];

async function reportOne(tx: Tx, scanner: string, hash: string): Promise<LeakOutcome> {
  const [key] = await tx
    .select()
    .from(apiKeys)
    .where(or(eq(apiKeys.hash, hash), eq(apiKeys.previousHash, hash)))
    .for('update');
  if (!key) return 'unknown';
  await tx.insert(keyLeakReports).values({ hash, scanner, keyId: key.id }).onConflictDoNothing();
  const isPrevious = key.hash !== hash;
  const now = new Date();
  const over = isPrevious
    ? key.previousExpiresAt === null || key.previousExpiresAt <= now
    : key.leakedAt !== null || (key.expiresAt !== null && key.expiresAt <= now);
  if (key.revokedAt !== null || over) return 'dead';

  await tx
    .update(apiKeys)
    .set(isPrevious ? { previousExpiresAt: sql`now()` } : { leakedAt: sql`now()` })
    .where(eq(apiKeys.id, key.id));
  const last4 = isPrevious ? (key.previousLast4 ?? '') : key.last4;
  const data = { keyId: key.id, keyName: key.name, last4, scanner };
  const holders = await tx.select({ userId: users.id }).from(users).where(eq(users.accountId, key.accountId));
  for (const { userId } of holders) await queueNotice(tx, { userId, notice: 'key_leaked', data });
  return 'disabled';
}
