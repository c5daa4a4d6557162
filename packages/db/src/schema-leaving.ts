import { index, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { time } from './columns.ts';
import { accounts } from './schema-ledger.ts';

/**
 * Accounts that their holder is leaving, or has left. Taken back, the row goes; from the erasing on it stays: it has
 * ids and times alone.
 */
export const accountClosures = pgTable(
  'account_closures',
  {
    accountId: text('account_id')
      .primaryKey()
      .references(() => accounts.id),
    requestedAt: time('requested_at').notNull().defaultNow(),
    /** Until then it can be taken back. */
    eraseAfter: time('erase_after').notNull(),
    /** Null while the personal data are still there. */
    erasedAt: time('erased_at'),
    /** When the archive was rid of its requests; null = not yet, or there is none. */
    archiveErasedAt: time('archive_erased_at'),
  },
  (t) => [index('account_closures_erase_after').on(t.eraseAfter)],
);

/** Accounts that a law wants kept: they are not erased, and none of their requests is dropped. */
export const legalHolds = pgTable('legal_holds', {
  accountId: text('account_id')
    .primaryKey()
    .references(() => accounts.id),
  /** What it rests on, e.g. a file number. */
  reference: text('reference').notNull(),
  placedAt: time('placed_at').notNull().defaultNow(),
});

/** What the requests of an account under a legal hold said when their day was dropped. */
export const legalHoldRequests = pgTable(
  'legal_hold_requests',
  {
    accountId: text('account_id').notNull(),
    id: text('id').notNull(),
    /** The whole row, as it stood. */
    request: jsonb('request').$type<Record<string, unknown>>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.accountId, t.id] })],
);
