import { sql } from 'drizzle-orm';
import {
  boolean,
  index,
  integer,
  jsonb,
  pgEnum,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { createdAt, time } from './columns.ts';
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
