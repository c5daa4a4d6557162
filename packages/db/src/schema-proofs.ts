import { bigint, index, integer, pgEnum, pgTable, text } from 'drizzle-orm/pg-core';
import { createdAt, time } from './columns.ts';
import { users } from './schema-users.ts';

/** `sign_in`: signs in. `recovery`: sets a new password. `email_undo`: takes a change of the e-mail back. */
export const linkPurpose = pgEnum('link_purpose', ['sign_in', 'recovery', 'email_undo']);

/** What a person may do once, without signing in, by a link that they were given. */
export const oneTimeLinks = pgTable(
  'one_time_links',
  {
    /** SHA-256 of the token, hex. */
    tokenHash: text('token_hash').primaryKey(),
    purpose: linkPurpose('purpose').notNull().default('sign_in'),
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** The address that an `email_undo` brings back. */
    email: text('email'),
    /** Of an `email_undo`, when the address was changed: ways in that are newer go with it. */
    emailChangedAt: time('email_changed_at'),
    expiresAt: time('expires_at').notNull(),
    usedAt: time('used_at'),
  },
  (t) => [index('one_time_links_user').on(t.userId), index('one_time_links_expires').on(t.expiresAt)],
);

export const codePurpose = pgEnum('code_purpose', ['sign_up', 'email_change']);

/** A code that was mailed to an address, to be typed by whoever reads mail there. Deleted when it has been. */
export const emailCodes = pgTable(
  'email_codes',
  {
    id: text('id').primaryKey(),
    purpose: codePurpose('purpose').notNull(),
    /** The address that is to be proved, lower case. */
    email: text('email').notNull(),
    /** Whose address it is to become; null for somebody who signs up. */
    userId: text('user_id').references(() => users.id, { onDelete: 'cascade' }),
    /** Keyed hash of the id and the code, hex; null until it is mailed. */
    codeHash: text('code_hash'),
    triesLeft: integer('tries_left').notNull(),
    /** How often it may be mailed anew. */
    resendsLeft: integer('resends_left').notNull(),
    expiresAt: time('expires_at').notNull(),
    createdAt: createdAt(),
  },
  (t) => [index('email_codes_user').on(t.userId), index('email_codes_expires').on(t.expiresAt)],
);

/** Somebody who has asked for an account, until they have typed their code. */
export const signUps = pgTable('sign_ups', {
  codeId: text('code_id')
    .primaryKey()
    .references(() => emailCodes.id, { onDelete: 'cascade' }),
  username: text('username').notNull(),
  phone: text('phone'),
  /** argon2id in PHC form. */
  passwordHash: text('password_hash').notNull(),
  locale: text('locale').notNull(),
  /** The versions of policies that stood beside the button. */
  acceptedPolicyIds: text('accepted_policy_ids').array().notNull().default([]),
});

/** How often something was tried of late, by whom or on what: a keyed hash, not an address. */
export const attemptLimits = pgTable(
  'attempt_limits',
  {
    key: text('key').primaryKey(),
    points: integer('points').notNull(),
    /** Unix time in ms after which the row counts for nothing. */
    expire: bigint('expire', { mode: 'number' }),
  },
  (t) => [index('attempt_limits_expire').on(t.expire)],
);
