import { index, pgEnum, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { createdAt } from './columns.ts';
import { accounts } from './schema-ledger.ts';

export const staffRole = pgEnum('staff_role', ['owner', 'admin', 'support', 'finance', 'read_only']);

/** A person who signs in. Staff are people with a role. */
export const users = pgTable(
  'users',
  {
    id: text('id').primaryKey(),
    accountId: text('account_id')
      .notNull()
      .references(() => accounts.id),
    /** Lower case. */
    email: text('email').notNull(),
    username: text('username').notNull(),
    /** Only where the brand's profile takes one, and the person gave it. */
    phone: text('phone'),
    /** argon2id in PHC form; null for a person who has only been given a one-time link, or took a change of their e-mail back. */
    passwordHash: text('password_hash'),
    staffRole: staffRole('staff_role'),
    /** A BCP 47 tag: what the person is written to in. */
    locale: text('locale').notNull().default('en'),
    createdAt: createdAt(),
  },
  (t) => [uniqueIndex('users_email_unique').on(t.email), index('users_account').on(t.accountId)],
);
