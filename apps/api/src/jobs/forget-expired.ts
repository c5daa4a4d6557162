import type { Db } from '@weir/db/connect';
import {
  attemptLimits,
  emailCodes,
  knownDevices,
  mails,
  noticeWebhooks,
  oneTimeLinks,
  passkeyChallenges,
  pendingSignIns,
  webhookDeliveries,
} from '@weir/db/schema';
import { lt, sql } from 'drizzle-orm';

/** A browser that was not used for so long counts as a new one. */
const DEVICE_LIFE = sql`interval '1 year'`;

/** What was posted to webhooks is shown for so long; by then it is not tried any more. */
const DELIVERY_LIFE = sql`interval '7 days'`;

/**
 * Removes what is of no use any more: all whose time is over, and mail after a day, sent or not. What everybody is told
 * takes longer to be sent.
 */
export async function forgetExpired(db: Db): Promise<void> {
  const mailLife = sql`case when ${mails.isBulk} then interval '7 days' else interval '24 hours' end`;
  await db.delete(mails).where(lt(mails.createdAt, sql`now() - ${mailLife}`));
  await db.delete(webhookDeliveries).where(lt(webhookDeliveries.createdAt, sql`now() - ${DELIVERY_LIFE}`));
  await db
    .update(noticeWebhooks)
    .set({ previousSealedSecret: null, previousEndsAt: null })
    .where(lt(noticeWebhooks.previousEndsAt, sql`now()`));
  await db.delete(emailCodes).where(lt(emailCodes.expiresAt, sql`now()`));
  await db.delete(oneTimeLinks).where(lt(oneTimeLinks.expiresAt, sql`now()`));
  await db.delete(attemptLimits).where(lt(attemptLimits.expire, Date.now()));
  await db.delete(pendingSignIns).where(lt(pendingSignIns.expiresAt, sql`now()`));
  await db.delete(passkeyChallenges).where(lt(passkeyChallenges.expiresAt, sql`now()`));
  await db.delete(knownDevices).where(lt(knownDevices.lastUsedAt, sql`now() - ${DEVICE_LIFE}`));
}
