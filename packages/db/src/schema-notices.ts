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
    /** What its text is made with. Nothing in it lets anybody in. */
    data: jsonb('data').$type<Record<string, unknown>>().notNull(),
    createdAt: createdAt(),
    readAt: time('read_at'),
  },
  (t) => [
    index('notices_user').on(t.userId, t.id),
    index('notices_unread')
      .on(t.userId)
      .where(sql`${t.readAt} is null`),
  ],
);

/** Where there is no row, notices of the kind are mailed. */
export const noticePreferences = pgTable(
  'notice_preferences',
  {
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    kind: noticeKind('kind').notNull(),
    mailed: boolean('mailed').notNull(),
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
    attempts: integer('attempts').notNull().default(0),
    nextTryAt: time('next_try_at').notNull().defaultNow(),
    /** Sent, put into the outbox, or found to be for nobody. */
    doneAt: time('done_at'),
    createdAt: createdAt(),
  },
  (t) => [
    uniqueIndex('mails_notice_unique').on(t.noticeId),
    index('mails_due')
      .on(t.nextTryAt)
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
