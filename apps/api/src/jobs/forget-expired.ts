import type { Db } from '@weir/db/connect';
import { LIFETIMES } from '@weir/db/lifetimes';
import {
  attemptLimits,
  emailCodes,
  knownDevices,
  mails,
  noticeWebhooks,
  oneTimeLinks,
  passkeyChallenges,
  pendingSignIns,
  proofFailures,
  webhookDeliveries,
} from '@weir/db/schema';
import { lt, sql, type SQL } from 'drizzle-orm';

/**
 * Removes what is of no use any more: all whose time is over, and mail, sent or not. What everybody is told takes longer
 * to be sent.
 */
export async function forgetExpired(db: Db): Promise<void> {
  const { mailDays, bulkMailDays, webhookDeliveryDays, proofFailureDays, unusedDeviceDays } = LIFETIMES;
  const mailLife = sql`case when ${mails.isBulk} then ${bulkMailDays}::int else ${mailDays}::int end`;
  await db.delete(mails).where(lt(mails.createdAt, daysAgo(mailLife)));
  await db.delete(webhookDeliveries).where(lt(webhookDeliveries.createdAt, daysAgo(webhookDeliveryDays)));
  await db
    .update(noticeWebhooks)
    .set({ previousSealedSecret: null, previousEndsAt: null })
    .where(lt(noticeWebhooks.previousEndsAt, sql`now()`));
  await db.delete(emailCodes).where(lt(emailCodes.expiresAt, sql`now()`));
  await db.delete(oneTimeLinks).where(lt(oneTimeLinks.expiresAt, sql`now()`));
  await db.delete(attemptLimits).where(lt(attemptLimits.expire, Date.now()));
  await db.delete(pendingSignIns).where(lt(pendingSignIns.expiresAt, sql`now()`));
  await db.delete(passkeyChallenges).where(lt(passkeyChallenges.expiresAt, sql`now()`));
  // Whoever waits that long to guess anew gets fewer guesses than by going on.
  await db.delete(proofFailures).where(lt(proofFailures.blockedUntil, daysAgo(proofFailureDays)));
  await db.delete(knownDevices).where(lt(knownDevices.lastUsedAt, daysAgo(unusedDeviceDays)));
}

function daysAgo(days: number | SQL) {
  return sql`now() - make_interval(days => ${days})`;
}
