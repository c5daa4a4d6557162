import type { Db } from '@weir/db/connect';
import { noticeWebhooks, webhookDeliveries } from '@weir/db/schema';
import { and, eq, sql } from 'drizzle-orm';
import { queueNotice } from '../notices/queue-notice.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** How long after each try that failed the next one comes, in seconds: about three days in all, then no more. */
export const RETRY_SECONDS = [
  5,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
] as const;

/** A webhook that has taken nothing for so long is switched off. */
export const FAILING_DAYS_MAX = 5;

/** What its receiver answers when it wants no more, says the specification. */
const GONE = 410;

export type Outcome =
  | { kind: 'taken'; status: number }
  | { kind: 'failed'; status?: number; error?: string }
  /** There is nothing to post any more. */
  | { kind: 'gone' };

interface Tried {
  webhook: typeof noticeWebhooks.$inferSelect;
  delivery: typeof webhookDeliveries.$inferSelect;
}

/** Writes down how a try ended, and what follows from it. */
export async function noteOutcome(db: Db, { webhook, delivery }: Tried, outcome: Outcome): Promise<void> {
  const thisDelivery = eq(webhookDeliveries.id, delivery.id);
  // Set anew meanwhile, it is another one, of which this says nothing.
  const thisWebhook = and(eq(noticeWebhooks.userId, webhook.userId), eq(noticeWebhooks.url, webhook.url));
  if (outcome.kind === 'gone') {
    await db.delete(webhookDeliveries).where(thisDelivery);
    return;
  }
  if (outcome.kind === 'taken') {
    await db.transaction(async (tx) => {
      const done = { state: 'delivered', lastStatus: outcome.status, lastError: null } as const;
      await tx.update(noticeWebhooks).set({ failingSince: null }).where(thisWebhook);
      await tx.update(webhookDeliveries).set(done).where(thisDelivery);
    });
    return;
  }
  const { status: lastStatus = null, error: lastError = null } = outcome;
  const isTest = delivery.noticeId === null;
  const waitSeconds = isTest ? undefined : RETRY_SECONDS[delivery.attempts - 1];
  const next =
    waitSeconds === undefined
      ? ({ state: 'failed' } as const)
      : { nextTryAt: sql`now() + make_interval(secs => ${waitSeconds})` };
  await db.transaction(async (tx) => {
    await tx
      .update(webhookDeliveries)
      .set({ lastStatus, lastError, ...next })
      .where(thisDelivery);
    // Who tests knows that it fails, and may mend it long before there is anything to post.
    if (isTest) return;
    const [failing] = await tx
      .update(noticeWebhooks)
      .set({ failingSince: sql`coalesce(${noticeWebhooks.failingSince}, now())` })
      .where(thisWebhook)
      .returning({
        isTooLong: sql<boolean>`${noticeWebhooks.failingSince} < now() - make_interval(days => ${FAILING_DAYS_MAX})`,
      });
    if (failing && (failing.isTooLong || lastStatus === GONE)) await switchOff(tx, webhook);
  });
}

/** What waits for it is given up; its person is told by mail. */
async function switchOff(tx: Db, { userId, url }: Tried['webhook']): Promise<void> {
  await tx
    .update(noticeWebhooks)
    .set({ switchedOffAt: sql`now()` })
    .where(eq(noticeWebhooks.userId, userId));
  await tx
    .update(webhookDeliveries)
    .set({ state: 'failed' })
    .where(and(eq(webhookDeliveries.userId, userId), eq(webhookDeliveries.state, 'waiting')));
  await queueNotice(tx, { userId, notice: 'webhook_switched_off', data: { host: new URL(url).host } });
}
