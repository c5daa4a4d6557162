import { index, jsonb, pgEnum, pgTable, text } from 'drizzle-orm/pg-core';
import { createdAt, time } from './columns.ts';
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
  (t) => [index('notices_user').on(t.userId, t.id)],
);
