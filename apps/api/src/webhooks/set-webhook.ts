import { WeirError } from '@weir/core/errors';
import type { SecretBox } from '@weir/core/secret-box';
import type { Db } from '@weir/db/connect';
import { noticeWebhooks, webhookDeliveries } from '@weir/db/schema';
import { and, eq, sql } from 'drizzle-orm';
import { queueNotice } from '../notices/queue-notice.ts';
import { newWebhookSecret } from './webhook-secret.ts';

/** For how long after a rotation both secrets sign. */
const OVERLAP = sql`interval '24 hours'`;

/**
 * Has a person's notices posted to a URL from now on; one that was switched off is in use again. The person is told of
 * it, by mail too.
 * @returns the secret where there was none yet.
 */
export async function setWebhook(
  db: Db,
  secrets: SecretBox,
  { userId, url }: { userId: string; url: string },
): Promise<{ secret: string | null }> {
  return db.transaction(async (tx) => {
    const secret = newWebhookSecret();
    const made = await tx
      .insert(noticeWebhooks)
      .values({ userId, url, sealedSecret: secrets.seal(secret, userId) })
      .onConflictDoNothing()
      .returning({ userId: noticeWebhooks.userId });
    const isNew = made.length > 0;
    if (!isNew) {
      await tx
        .update(noticeWebhooks)
        .set({ url, failingSince: null, switchedOffAt: null })
        .where(eq(noticeWebhooks.userId, userId));
    }
    await queueNotice(tx, { userId, notice: 'webhook_set', data: { host: new URL(url).host } });
    return { secret: isNew ? secret : null };
  });
}

/** @throws {WeirError} `not_found`; `conflict` while the secret before the present one still signs. */
export async function rotateWebhookSecret(
  db: Db,
  secrets: SecretBox,
  userId: string,
): Promise<{ secret: string }> {
  const secret = newWebhookSecret();
  const rotated = await db
    .update(noticeWebhooks)
    .set({
      previousSealedSecret: sql`${noticeWebhooks.sealedSecret}`,
      previousEndsAt: sql`now() + ${OVERLAP}`,
      sealedSecret: secrets.seal(secret, userId),
    })
    .where(
      and(eq(noticeWebhooks.userId, userId), sql`coalesce(${noticeWebhooks.previousEndsAt} < now(), true)`),
    )
    .returning({ userId: noticeWebhooks.userId });
  if (rotated.length === 0) {
    if ((await db.$count(noticeWebhooks, eq(noticeWebhooks.userId, userId))) === 0) throw noWebhook();
    throw new WeirError(
      'conflict',
      'The secret was replaced less than 24 hours ago, and the one before still signs too. Try again when it has ended.',
    );
  }
  return { secret };
}

/** What was not posted by now is not. @throws {WeirError} `not_found` */
export async function removeWebhook(db: Db, userId: string): Promise<void> {
  await db.transaction(async (tx) => {
    const removed = await tx.delete(noticeWebhooks).where(eq(noticeWebhooks.userId, userId)).returning();
    if (removed.length === 0) throw noWebhook();
    await tx.delete(webhookDeliveries).where(eq(webhookDeliveries.userId, userId));
  });
}

export function noWebhook(): WeirError {
  return new WeirError('not_found', 'There is no webhook.');
}
