import { index, jsonb, pgEnum, pgTable, text } from 'drizzle-orm/pg-core';
import { createdAt } from './columns.ts';

/** `system`: a server by itself. */
export const auditActorKind = pgEnum('audit_actor_kind', ['staff', 'cli', 'system']);

/** Names and figures: never a secret, nor a word of what was said to a model. */
export type AuditValues = Readonly<Record<string, unknown>>;

/** Every action of the staff. The database refuses to change a row, to delete one, or to empty the table. */
export const auditLog = pgTable(
  'audit_log',
  {
    /** Carries its time. */
    id: text('id').primaryKey(),
    createdAt: createdAt(),
    actorKind: auditActorKind('actor_kind').notNull(),
    /** A user's id; of the command line, the name under which the operating system knows its caller. */
    actorId: text('actor_id'),
    /** Of the staff, at that moment. */
    actorRole: text('actor_role'),
    /** What was done, e.g. `account.hold`. */
    action: text('action').notNull(),
    /** The id of what it was done to. */
    targetId: text('target_id'),
    /** The account that it concerns, if it is one's. */
    accountId: text('account_id'),
    before: jsonb('before').$type<AuditValues>(),
    after: jsonb('after').$type<AuditValues>(),
  },
  (t) => [
    index('audit_log_target').on(t.targetId, t.id),
    index('audit_log_account').on(t.accountId, t.id),
    index('audit_log_actor').on(t.actorId, t.id),
  ],
);
