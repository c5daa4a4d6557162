import { describeFailure } from '@weir/core/failures';
import type { SecretBox } from '@weir/core/secret-box';
import type { Database, Db } from '@weir/db/connect';
import { noticeWebhooks, webhookDeliveries } from '@weir/db/schema';
import { and, eq, lte, sql } from 'drizzle-orm';
import type { Logger } from 'pino';
import { composeWebhook } from './compose-webhook.ts';
import type { WebhookClient } from './post-webhook.ts';
import { noteOutcome, type Outcome } from './note-outcome.ts';
import { signWebhook } from './webhook-secret.ts';

/** Webhooks that are posted to at a time: one that is slow holds no other up. */
const LANES = 8;
/** A webhook that one server has begun to post to is another's after this time, longer than any answer may take. */
const LEASE_SECONDS = 60;

export interface WebhookDeliveryDeps {
  database: Database;
  secrets: SecretBox;
  client: WebhookClient;
  /** Without a slash at its end. */
  webUrl: string;
  log: Logger;
}

/** Posts what is due, until nothing is or it is asked to end. However many run at a time, each webhook is taken by one. */
export async function deliverWebhooks(deps: WebhookDeliveryDeps, signal: AbortSignal): Promise<void> {
  const { db } = deps.database;
  const lane = async () => {
    while (!signal.aborted) {
      const claimed = await claim(db);
      if (!claimed) return;
      const { webhook, delivery } = claimed;
      if (delivery) await deliver(deps, { webhook, delivery });
      await release(db, webhook.userId);
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: LANES }, lane));
  for (const ended of lanes) if (ended.status === 'rejected') throw ended.reason;
}

type Webhook = typeof noticeWebhooks.$inferSelect;
type Delivery = typeof webhookDeliveries.$inferSelect;

interface Claimed {
  webhook: Webhook;
  delivery: Delivery;
}

/** The webhook where something is due for longest, of those that nobody posts to, and what was written first of what is due there. */
async function claim(db: Db): Promise<{ webhook: Webhook; delivery: Delivery | undefined } | undefined> {
  return db.transaction(async (tx) => {
    // By the index of what is due, in its order: a look at each webhook would take longer the more of them there are.
    const due = sql`(select hook.user_id from webhook_deliveries as delivery
      join notice_webhooks as hook on hook.user_id = delivery.user_id
      where delivery.state = 'waiting' and delivery.next_try_at <= now()
        and hook.leased_until <= now() and hook.switched_off_at is null
      order by delivery.next_try_at limit 1 for update of hook skip locked)`;
    const [webhook] = await tx
      .update(noticeWebhooks)
      .set({ leasedUntil: sql`now() + make_interval(secs => ${LEASE_SECONDS})` })
      .where(eq(noticeWebhooks.userId, due))
      .returning();
    if (!webhook) return undefined;
    const oldest = sql`(select id from webhook_deliveries
      where user_id = ${webhook.userId} and state = 'waiting' and next_try_at <= now() order by created_at, id limit 1)`;
    const [delivery] = await tx
      .update(webhookDeliveries)
      .set({ attempts: sql`${webhookDeliveries.attempts} + 1`, lastTriedAt: sql`now()` })
      .where(eq(webhookDeliveries.id, oldest))
      .returning();
    // None, where another server was quicker between the two looks.
    return { webhook, delivery };
  });
}

/** What else is due there goes behind what is due elsewhere: however much that is, it holds no other webhook up. */
async function release(db: Db, userId: string): Promise<void> {
  const isDue = and(
    eq(webhookDeliveries.userId, userId),
    eq(webhookDeliveries.state, 'waiting'),
    lte(webhookDeliveries.nextTryAt, sql`now()`),
  );
  await db
    .update(webhookDeliveries)
    .set({ nextTryAt: sql`now()` })
    .where(isDue);
  await db
    .update(noticeWebhooks)
    .set({ leasedUntil: sql`now()` })
    .where(eq(noticeWebhooks.userId, userId));
}

async function deliver(deps: WebhookDeliveryDeps, claimed: Claimed): Promise<void> {
  const { database, log } = deps;
  const outcome = await tryToPost(deps, claimed);
  if (outcome.kind === 'failed') {
    const { id: deliveryId, attempts } = claimed.delivery;
    const { status, error } = outcome;
    log.info({ deliveryId, attempts, status, error }, 'A webhook did not take a notice.');
  }
  await noteOutcome(database.db, claimed, outcome);
}

async function tryToPost(
  { database, secrets, client, webUrl }: WebhookDeliveryDeps,
  { webhook, delivery }: Claimed,
): Promise<Outcome> {
  const composed = await composeWebhook(database.db, delivery, webUrl);
  if (!composed) return { kind: 'gone' };
  const body = JSON.stringify(composed);
  try {
    const signed = signWebhook(secretsOf(webhook, secrets), { id: delivery.id, atMs: Date.now(), body });
    const status = await client.post({ url: webhook.url, headers: { ...signed }, body });
    return status >= 200 && status < 300 ? { kind: 'taken', status } : { kind: 'failed', status };
  } catch (thrown) {
    const { code, error } = describeFailure(thrown);
    // That of a time-out is a number.
    return { kind: 'failed', error: typeof code === 'string' ? code : error };
  }
}

/** The newest first; during a rotation two. */
function secretsOf(webhook: Webhook, secrets: SecretBox): string[] {
  const { userId, sealedSecret, previousSealedSecret: previous, previousEndsAt: endsAt } = webhook;
  const isRotating = previous !== null && endsAt !== null && endsAt > new Date();
  return [sealedSecret, ...(isRotating ? [previous] : [])].map((sealed) => secrets.open(sealed, userId));
}
