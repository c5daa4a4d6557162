import { newId } from '@weir/core/ids';
import type { Db } from '@weir/db/connect';
import { notices, noticeWebhooks, webhookDeliveries } from '@weir/db/schema';
import { and, desc, eq, isNull } from 'drizzle-orm';
import { WEBHOOK_JOB, wakeJob } from '../notices/wake-job.ts';
import { noWebhook } from './set-webhook.ts';
import type { WebhookView } from './webhook-view.ts';

const DELIVERIES_MAX = 10;

/** A person's webhook with what was last posted to it; null when there is none. */
export async function findWebhook(db: Db, userId: string): Promise<WebhookView | null> {
  const [webhook] = await db.select().from(noticeWebhooks).where(eq(noticeWebhooks.userId, userId));
  if (!webhook) return null;
  const rows = await db
    .select({ delivery: webhookDeliveries, name: notices.name })
    .from(webhookDeliveries)
    .leftJoin(notices, eq(notices.id, webhookDeliveries.noticeId))
    .where(eq(webhookDeliveries.userId, userId))
    .orderBy(desc(webhookDeliveries.id))
    .limit(DELIVERIES_MAX);
  const { url, previousEndsAt, failingSince, switchedOffAt } = webhook;
  const isRotating = previousEndsAt !== null && previousEndsAt > new Date();
  return {
    url,
    previousSecretEndsAt: isRotating ? previousEndsAt.toISOString() : null,
    failingSince: failingSince?.toISOString() ?? null,
    switchedOffAt: switchedOffAt?.toISOString() ?? null,
    deliveries: rows.map(({ delivery, name }) => ({
      deliveryId: delivery.id,
      name: name ?? 'test',
      state: delivery.state,
      attempts: delivery.attempts,
      lastStatus: delivery.lastStatus,
      lastError: delivery.lastError,
      createdAt: delivery.createdAt.toISOString(),
      nextTryAt: delivery.state === 'waiting' ? delivery.nextTryAt.toISOString() : null,
    })),
  };
}

/** Has a test posted, once. @throws {WeirError} `not_found` when there is no webhook that is in use. */
export async function queueTest(db: Db, userId: string): Promise<{ deliveryId: string }> {
  return db.transaction(async (tx) => {
    const inUse = and(eq(noticeWebhooks.userId, userId), isNull(noticeWebhooks.switchedOffAt));
    const [webhook] = await tx.select().from(noticeWebhooks).where(inUse).for('key share');
    if (!webhook) throw noWebhook();
    const deliveryId = newId('webhookDelivery');
    await tx.insert(webhookDeliveries).values({ id: deliveryId, userId });
    await wakeJob(tx, WEBHOOK_JOB);
    return { deliveryId };
  });
}
