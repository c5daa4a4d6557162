import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  pgEnum,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
} from 'drizzle-orm/pg-core';

/*
 * Money columns are whole nano US dollars (`…_nano_usd`), durations carry their unit (`…_ms`), times are
 * `timestamptz`. Nothing here can hold a word of a prompt or of a reply.
 */

const nano = (name: string) => bigint(name, { mode: 'bigint' });
const time = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });
const createdAt = () => time('created_at').notNull().defaultNow();

/** The unit that owns money. `available = balance − held`; both move only through the ledger. */
export const accounts = pgTable(
  'accounts',
  {
    id: text('id').primaryKey(),
    balanceNanoUsd: nano('balance_nano_usd')
      .notNull()
      .default(sql`0`),
    heldNanoUsd: nano('held_nano_usd')
      .notNull()
      .default(sql`0`),
    createdAt: createdAt(),
  },
  (t) => [check('accounts_held_not_negative', sql`${t.heldNanoUsd} >= 0`)],
);

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
    /** argon2id in PHC form; null for a person who has only been given a one-time link so far. */
    passwordHash: text('password_hash'),
    staffRole: staffRole('staff_role'),
    createdAt: createdAt(),
  },
  (t) => [uniqueIndex('users_email_unique').on(t.email), index('users_account').on(t.accountId)],
);

export const sessions = pgTable(
  'sessions',
  {
    /** SHA-256 of the session token, hex. The token itself is only in the person's cookie. */
    id: text('id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    expiresAt: time('expires_at').notNull(),
  },
  (t) => [index('sessions_user').on(t.userId), index('sessions_expires').on(t.expiresAt)],
);

/** Links that sign a person in once, as `weir staff create` prints. */
export const signInLinks = pgTable('sign_in_links', {
  /** SHA-256 of the token, hex. */
  tokenHash: text('token_hash').primaryKey(),
  userId: text('user_id')
    .notNull()
    .references(() => users.id, { onDelete: 'cascade' }),
  expiresAt: time('expires_at').notNull(),
  usedAt: time('used_at'),
});

/** `playground` keys are short-lived, made by the dashboard for its own page, and not listed. */
export const keyKind = pgEnum('key_kind', ['secret', 'playground']);

export const apiKeys = pgTable(
  'api_keys',
  {
    id: text('id').primaryKey(),
    accountId: text('account_id')
      .notNull()
      .references(() => accounts.id),
    name: text('name').notNull(),
    kind: keyKind('kind').notNull().default('secret'),
    /** SHA-256 of the key, hex. */
    hash: text('hash').notNull(),
    /** `sk-weir-` and the first characters of the secret, for display. */
    prefix: text('prefix').notNull(),
    last4: text('last4').notNull(),
    createdAt: createdAt(),
    expiresAt: time('expires_at'),
    revokedAt: time('revoked_at'),
  },
  (t) => [uniqueIndex('api_keys_hash_unique').on(t.hash), index('api_keys_account').on(t.accountId, t.id)],
);

/** One credentialed way to a vendor. */
export const channels = pgTable('channels', {
  id: text('id').primaryKey(),
  /** A vendor of the catalog, or any name the operator chose for a compatible one. */
  vendor: text('vendor').notNull(),
  dialect: text('dialect').notNull(),
  /** Without a slash at its end, e.g. `https://api.openai.com/v1`. */
  baseUrl: text('base_url').notNull(),
  /** AES-256-GCM under `WEIR_SECRET_KEY`, bound to the channel's id. */
  sealedSecret: text('sealed_secret').notNull(),
  /** Lower goes first. */
  priority: integer('priority').notNull().default(0),
  /** Share among channels of one priority. */
  weight: integer('weight').notNull().default(1),
  enabled: boolean('enabled').notNull().default(true),
  createdAt: createdAt(),
});

/** What a caller asks for. */
export const models = pgTable('models', {
  /** As the caller writes it, e.g. `openai/gpt-5-mini`. */
  id: text('id').primaryKey(),
  /** Prompt and output together, in tokens; null = not known. */
  contextTokensMax: integer('context_tokens_max'),
  outputTokensMax: integer('output_tokens_max'),
  enabled: boolean('enabled').notNull().default(true),
  createdAt: createdAt(),
});

/** A model can be served by a channel, under the name that the vendor gives it. */
export const routes = pgTable(
  'routes',
  {
    id: text('id').primaryKey(),
    modelId: text('model_id')
      .notNull()
      .references(() => models.id),
    channelId: text('channel_id')
      .notNull()
      .references(() => channels.id),
    upstreamModel: text('upstream_model').notNull(),
  },
  (t) => [uniqueIndex('routes_model_channel_unique').on(t.modelId, t.channelId)],
);

/** Never edited: a new price is a new row. In force is the newest whose `effective_from` has come. */
export const prices = pgTable(
  'prices',
  {
    id: text('id').primaryKey(),
    routeId: text('route_id')
      .notNull()
      .references(() => routes.id),
    effectiveFrom: time('effective_from').notNull().defaultNow(),
    inputNanoUsdPerMtok: nano('input_nano_usd_per_mtok').notNull(),
    outputNanoUsdPerMtok: nano('output_nano_usd_per_mtok').notNull(),
  },
  (t) => [
    index('prices_route_effective').on(t.routeId, t.effectiveFrom),
    check('prices_not_negative', sql`${t.inputNanoUsdPerMtok} >= 0 and ${t.outputNanoUsdPerMtok} >= 0`),
  ],
);

/** A request leaves `held` exactly once. */
export const requestState = pgEnum('request_state', ['held', 'settled', 'voided', 'expired']);

export const usageSource = pgEnum('usage_source', ['vendor', 'counted']);

/** One row per admitted request: at once the hold, the charge and the access log. */
export const requests = pgTable(
  'requests',
  {
    accountId: text('account_id')
      .notNull()
      .references(() => accounts.id),
    /** Carries its time. The reply's `x-request-id`. */
    id: text('id').notNull(),
    keyId: text('key_id').notNull(),
    modelId: text('model_id').notNull(),
    dialect: text('dialect').notNull(),
    streamed: boolean('streamed').notNull(),
    state: requestState('state').notNull().default('held'),
    holdNanoUsd: nano('hold_nano_usd').notNull(),
    holdExpiresAt: time('hold_expires_at').notNull(),
    createdAt: createdAt(),

    /* Filled in when the request leaves `held`. */
    chargeNanoUsd: nano('charge_nano_usd')
      .notNull()
      .default(sql`0`),
    /** `ok`, `client_closed`, or an error code. Null while held. */
    outcome: text('outcome'),
    vendor: text('vendor'),
    channelId: text('channel_id'),
    upstreamModel: text('upstream_model'),
    priceId: text('price_id'),
    /** Null = nobody said, which is not zero. */
    inputTokens: integer('input_tokens'),
    cachedInputTokens: integer('cached_input_tokens'),
    outputTokens: integer('output_tokens'),
    reasoningTokens: integer('reasoning_tokens'),
    usageSource: usageSource('usage_source'),
    finishReason: text('finish_reason'),
    upstreamStatus: integer('upstream_status'),
    firstByteMs: integer('first_byte_ms'),
    latencyMs: integer('latency_ms'),
    closedAt: time('closed_at'),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    index('requests_key').on(t.accountId, t.keyId, t.id),
    index('requests_hold_expires')
      .on(t.holdExpiresAt)
      .where(sql`${t.state} = 'held'`),
    check('requests_charge_not_negative', sql`${t.chargeNanoUsd} >= 0 and ${t.holdNanoUsd} >= 0`),
    check('requests_only_settled_are_charged', sql`${t.state} = 'settled' or ${t.chargeNanoUsd} = 0`),
  ],
);

export const entryKind = pgEnum('entry_kind', ['top_up', 'refund', 'grant', 'adjustment']);

/** Append-only journal of every movement of a balance that is not a request's charge. */
export const entries = pgTable(
  'entries',
  {
    accountId: text('account_id')
      .notNull()
      .references(() => accounts.id),
    id: text('id').notNull(),
    kind: entryKind('kind').notNull(),
    /** Positive adds to the balance. */
    amountNanoUsd: nano('amount_nano_usd').notNull(),
    /** What caused it, e.g. `stripe:evt_…`: written twice, it counts once. */
    ref: text('ref').notNull(),
    createdAt: createdAt(),
  },
  (t) => [primaryKey({ columns: [t.accountId, t.id] }), uniqueIndex('entries_ref_unique').on(t.ref)],
);
