import { index, jsonb, pgEnum, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { createdAt, time } from './columns.ts';
import { users } from './schema-users.ts';

/* What an operator answers for. */

/** `system`: a server by itself, e.g. the first version of a policy. */
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
    /** What was done, e.g. `account.set_group`. */
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

export const policyKind = pgEnum('policy_kind', ['privacy', 'terms']);

export interface PolicySection {
  readonly heading: string;
  readonly paragraphs: readonly string[];
  readonly items?: readonly string[];
}

/** Plain text. */
export interface PolicyText {
  readonly title: string;
  readonly sections: readonly PolicySection[];
}

/** What was published, word for word; never changed. In force is the newest of its kind. */
export const policyVersions = pgTable(
  'policy_versions',
  {
    id: text('id').primaryKey(),
    kind: policyKind('kind').notNull(),
    /** By language. */
    texts: jsonb('texts').$type<Readonly<Record<string, PolicyText>>>().notNull(),
    publishedAt: time('published_at').notNull().defaultNow(),
  },
  (t) => [index('policy_versions_kind').on(t.kind, t.id)],
);

/** A person has read that a version holds for them, and gone on. */
export const policyAcceptances = pgTable(
  'policy_acceptances',
  {
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    versionId: text('version_id')
      .notNull()
      .references(() => policyVersions.id),
    acceptedAt: time('accepted_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.userId, t.versionId] })],
);
