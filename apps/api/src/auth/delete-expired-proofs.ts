import type { Db } from '@weir/db/connect';
import { knownDevices, passkeyChallenges, pendingSignIns, oneTimeLinks } from '@weir/db/schema';
import { lt, sql } from 'drizzle-orm';

/** A browser that was not used for so long counts as a new one. */
const DEVICE_LIFE = sql`interval '1 year'`;

/** Removes what can no longer sign anybody in. */
export async function deleteExpiredProofs(db: Db): Promise<void> {
  await db.delete(oneTimeLinks).where(lt(oneTimeLinks.expiresAt, sql`now()`));
  await db.delete(pendingSignIns).where(lt(pendingSignIns.expiresAt, sql`now()`));
  await db.delete(passkeyChallenges).where(lt(passkeyChallenges.expiresAt, sql`now()`));
  await db.delete(knownDevices).where(lt(knownDevices.lastUsedAt, sql`now() - ${DEVICE_LIFE}`));
}
