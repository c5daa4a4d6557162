import { sql } from 'drizzle-orm';
import { check, index, integer, pgEnum, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { bytes, countFromZero, time } from './columns.ts';
import { accounts, keySpend } from './schema-ledger.ts';
import { users } from './schema-users.ts';

/* What a holder has captured of a key's calls; who can read it stands in docs/decisions/0014. */

/** A key's capture. It is on until it is stopped or its time is over; then the row goes, and its records with it. */
export const keyCaptures = pgTable(
  'key_captures',
  {
    id: text('id').primaryKey(),
    accountId: text('account_id')
      .notNull()
      .references(() => accounts.id),
    keyId: text('key_id')
      .notNull()
      .references(() => keySpend.keyId),
    /** Who switched it on. */
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** An uncompressed point of P-256. The private key is in that person's browser alone. */
    publicKey: bytes('public_key').notNull(),
    startedAt: time('started_at').notNull().defaultNow(),
    /** When the capturing ends, and everything captured is deleted. */
    endsAt: time('ends_at').notNull(),
    /** Switched off before that. */
    stoppedAt: time('stopped_at'),
    /** Written so far, those that were deleted since among them. */
    records: integer('records').notNull().default(0),
    /** Calls that could not be kept. */
    dropped: countFromZero('dropped'),
  },
  (t) => [
    uniqueIndex('key_captures_key_unique').on(t.keyId),
    index('key_captures_account').on(t.accountId),
    index('key_captures_ends').on(t.endsAt),
    check('key_captures_a_day_at_most', sql`${t.endsAt} <= ${t.startedAt} + interval '24 hours'`),
  ],
);

/** A captured call. Unlogged, so that no archive of the write-ahead log outlives the purge. */
export const captureRecords = pgTable(
  'capture_records',
  {
    captureId: text('capture_id')
      .notNull()
      .references(() => keyCaptures.id, { onDelete: 'cascade' }),
    requestId: text('request_id').notNull(),
    accountId: text('account_id').notNull(),
    /** Which was to be called, as the routing table has it; null where the call did not get so far. */
    modelId: text('model_id'),
    /** The HTTP status that the client got; null where it had gone before. */
    status: integer('status'),
    startedAt: time('started_at').notNull(),
    durationMs: integer('duration_ms').notNull(),
    /** As they were; what is sealed may have been cut. */
    requestBytes: integer('request_bytes').notNull(),
    replyBytes: integer('reply_bytes').notNull(),
    /** HPKE's encapsulated secret, and what is sealed under it. */
    encapsulated: bytes('encapsulated').notNull(),
    sealedRequest: bytes('sealed_request').notNull(),
    sealedReply: bytes('sealed_reply').notNull(),
  },
  (t) => [primaryKey({ columns: [t.captureId, t.requestId] })],
);

/** `over`: its time had come. */
export const captureLogAction = pgEnum('capture_log_action', ['on', 'off', 'deleted', 'over']);

/** Who switched the capture of which key on and off. Append-only; ids and times alone. */
export const captureLog = pgTable(
  'capture_log',
  {
    /** Carries its time. */
    id: text('id').primaryKey(),
    at: time('at').notNull().defaultNow(),
    accountId: text('account_id').notNull(),
    keyId: text('key_id').notNull(),
    captureId: text('capture_id').notNull(),
    /** The person; null for the gateway by itself. */
    userId: text('user_id'),
    action: captureLogAction('action').notNull(),
    /** Of a switching on: until when. */
    endsAt: time('ends_at'),
  },
  (t) => [index('capture_log_account').on(t.accountId, t.id), index('capture_log_key').on(t.keyId, t.id)],
);
