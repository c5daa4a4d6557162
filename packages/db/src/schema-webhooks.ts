import { sql } from 'drizzle-orm';
import { index, integer, pgEnum, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { createdAt, time } from './columns.ts';
import { notices } from './schema-notices.ts';
import { users } from './schema-users.ts';

/** Where a person has their notices posted to. */
export const noticeWebhooks = pgTable('notice_webhooks', {
  userId: text('user_id')
    .primaryKey()
    .references(() => users.id, { onDelete: 'cascade' }),
  url: text('url').notNull(),
  /** AES-256-GCM under `WEIR_SECRET_KEY`, bound to the person's id. */
  sealedSecret: text('sealed_secret').notNull(),
  /* A rotation's old secret signs beside the new one for a while. */
  previousSealedSecret: text('previous_sealed_secret'),
  previousEndsAt: time('previous_ends_at'),
  createdAt: createdAt(),
  /** One server at a time posts to it; when that dies, another one may from here on. */
  leasedUntil: time('leased_until').notNull().defaultNow(),
  /** Of the first failure since something was taken last. */
  failingSince: time('failing_since'),
  /** By the server, as it failed for too long; null = in use. */
  switchedOffAt: time('switched_off_at'),
});

export const webhookDeliveryState = pgEnum('webhook_delivery_state', ['waiting', 'delivered', 'failed']);

/** A notice that is to be posted to its person's webhook, or was of late. */
export const webhookDeliveries = pgTable(
  'webhook_deliveries',
  {
    /** Sent as `webhook-id`, the same each time that it is tried. */
    id: text('id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** Null for a test that the person asked for. */
    noticeId: text('notice_id').references(() => notices.id, { onDelete: 'cascade' }),
    state: webhookDeliveryState('state').notNull().default('waiting'),
    attempts: integer('attempts').notNull().default(0),
    nextTryAt: time('next_try_at').notNull().defaultNow(),
    lastTriedAt: time('last_tried_at'),
    /** The HTTP status of the last answer; null where there was none. */
    lastStatus: integer('last_status'),
    /** Why there was none: a code, nothing that anybody said. */
    lastError: text('last_error'),
    createdAt: createdAt(),
  },
  (t) => [
    uniqueIndex('webhook_deliveries_notice_unique').on(t.noticeId),
    index('webhook_deliveries_user').on(t.userId, t.id),
    index('webhook_deliveries_due')
      .on(t.userId, t.nextTryAt)
      .where(sql`${t.state} = 'waiting'`),
    index('webhook_deliveries_waiting')
      .on(t.nextTryAt)
      .where(sql`${t.state} = 'waiting'`),
    index('webhook_deliveries_created').on(t.createdAt),
  ],
);
