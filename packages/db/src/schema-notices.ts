import { sql } from 'drizzle-orm';
import {
  boolean,
  date,
  index,
  integer,
  jsonb,
  pgEnum,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { createdAt, nano, time } from './columns.ts';
import { accounts } from './schema-ledger.ts';
import { emailCodes } from './schema-proofs.ts';
import { users } from './schema-users.ts';

export const noticeKind = pgEnum('notice_kind', [
  'security',
  'low_balance',
  'key_budget',
  'service',
  'policy',
]);

/** What everybody is told who is here when it is published. Never edited; withdrawn, it is as if it had not been said. */
export const announcements = pgTable(
  'announcements',
  {
    id: text('id').primaryKey(),
    /** A name of the api's table of notices, which has its kind. */
    notice: text('notice').notNull(),
    /** What its text is made with. */
    data: jsonb('data').$type<Record<string, unknown>>().notNull(),
    /** The people it is for, and those who have it by now. */
    recipients: integer('recipients').notNull(),
    reached: integer('reached').notNull().default(0),
    /** Whoever comes up to here in the order of ids has it. */
    reachedTo: text('reached_to').notNull().default(''),
    publishedAt: time('published_at').notNull().defaultNow(),
    /** Everybody has it. */
    finishedAt: time('finished_at'),
    withdrawnAt: time('withdrawn_at'),
  },
  (t) => [
    index('announcements_open')
      .on(t.id)
      .where(sql`${t.finishedAt} is null and ${t.withdrawnAt} is null`),
  ],
);

/** What a person was told, as the dashboard lists it. */
export const notices = pgTable(
  'notices',
  {
    id: text('id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    kind: noticeKind('kind').notNull(),
    /** A name of the api's table of notices. */
    name: text('name').notNull(),
    /** What its text is made with. Nothing in it lets anybody in. Empty where that stands in the announcement. */
    data: jsonb('data').$type<Record<string, unknown>>().notNull(),
    /** Where everybody was told the same. */
    announcementId: text('announcement_id').references(() => announcements.id),
    createdAt: createdAt(),
    readAt: time('read_at'),
  },
  (t) => [
    index('notices_user').on(t.userId, t.id),
    index('notices_unread')
      .on(t.userId)
      .where(sql`${t.readAt} is null`),
    uniqueIndex('notices_announcement_unique').on(t.announcementId, t.userId),
  ],
);

/** Where there is no row, notices of the kind are mailed, and posted to the webhook. */
export const noticePreferences = pgTable(
  'notice_preferences',
  {
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    kind: noticeKind('kind').notNull(),
    mailed: boolean('mailed').notNull(),
    /** Posted to the webhook, where the person has one. */
    posted: boolean('posted').notNull().default(true),
  },
  (t) => [primaryKey({ columns: [t.userId, t.kind] })],
);

/** Mail that is to be sent, or was of late. What it says is made when it is sent. */
export const mails = pgTable(
  'mails',
  {
    id: text('id').primaryKey(),
    recipient: text('recipient').notNull(),
    locale: text('locale').notNull(),
    /** `notice`, or a name of the api's table of letters. */
    letter: text('letter').notNull(),
    userId: text('user_id').references(() => users.id, { onDelete: 'cascade' }),
    noticeId: text('notice_id').references(() => notices.id, { onDelete: 'cascade' }),
    codeId: text('code_id').references(() => emailCodes.id, { onDelete: 'cascade' }),
    /** Without a mail server, the text for the operators' eyes, sealed under `WEIR_SECRET_KEY`. */
    sealedText: text('sealed_text'),
    /** One of very many: those with a code or a link in them go first. */
    isBulk: boolean('is_bulk').notNull().default(false),
    attempts: integer('attempts').notNull().default(0),
    nextTryAt: time('next_try_at').notNull().defaultNow(),
    /** Sent, put into the outbox, or found to be for nobody. */
    doneAt: time('done_at'),
    createdAt: createdAt(),
  },
  (t) => [
    uniqueIndex('mails_notice_unique').on(t.noticeId),
    index('mails_due')
      .on(t.isBulk, t.nextTryAt)
      .where(sql`${t.doneAt} is null`),
    index('mails_created').on(t.createdAt),
  ],
);

/** 5 USD. */
export const LOW_BALANCE_DEFAULT_NANO_USD = 5_000_000_000n;

/** Whether an account's balance was below its threshold when it was looked at last. Low from the beginning. */
export const balanceWatches = pgTable('balance_watches', {
  accountId: text('account_id')
    .primaryKey()
    .references(() => accounts.id, { onDelete: 'cascade' }),
  thresholdNanoUsd: nano('threshold_nano_usd')
    .notNull()
    .default(sql.raw(String(LOW_BALANCE_DEFAULT_NANO_USD))),
  isLow: boolean('is_low').notNull().default(true),
});

/** What was told of keys' budgets: each share once in its period, and anew after a change of the budget. */
export const budgetNotices = pgTable(
  'budget_notices',
  {
    keyId: text('key_id').notNull(),
    /** `total`, `day`, `week` or `month`. */
    period: text('period').notNull(),
    /** Of UTC; 1970-01-01 for `total`. */
    firstDay: date('first_day', { mode: 'string' }).notNull(),
    percent: integer('percent').notNull(),
    budgetNanoUsd: nano('budget_nano_usd').notNull(),
  },
  (t) => [primaryKey({ columns: [t.keyId, t.period, t.firstDay, t.percent, t.budgetNanoUsd] })],
);
