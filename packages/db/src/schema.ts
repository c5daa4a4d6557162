import { KEY_SCOPES_DEFAULT, type KeyScope } from '@weir/core/key-scopes';
import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgEnum,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { createdAt, nano, time } from './columns.ts';
import { accounts, disconnectPolicy } from './schema-ledger.ts';
import { users } from './schema-users.ts';

export * from './schema-capture.ts';
export * from './schema-governance.ts';
export * from './schema-leaving.ts';
export * from './schema-ledger.ts';
export * from './schema-notices.ts';
export * from './schema-proofs.ts';
export * from './schema-second-factor.ts';
export * from './schema-users.ts';
export * from './schema-webhooks.ts';

export const sessions = pgTable(
  'sessions',
  {
    /** SHA-256 of the session token, hex. The token itself is only in the person's cookie. */
    id: text('id').primaryKey(),
    /** What the session is called in lists; it stays when the token is exchanged for another. */
    publicId: uuid('public_id').notNull().defaultRandom(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    expiresAt: time('expires_at').notNull(),
    createdAt: createdAt(),
    /** To within some minutes. */
    lastUsedAt: time('last_used_at').notNull().defaultNow(),
    /** When the person last proved who they are. */
    authenticatedAt: time('authenticated_at').notNull().defaultNow(),
    /** A browser and a system, e.g. `Firefox, Linux`; null where neither was told. */
    device: text('device'),
    /** Where the person signed in from; null unless addresses are logged. */
    address: text('address'),
  },
  (t) => [
    uniqueIndex('sessions_public_id_unique').on(t.publicId),
    index('sessions_user').on(t.userId),
    index('sessions_expires').on(t.expiresAt),
  ],
);

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
    disconnectPolicy: disconnectPolicy('disconnect_policy').notNull().default('cancel'),
    /** What it may do. */
    scopes: text('scopes')
      .array()
      .$type<KeyScope[]>()
      .notNull()
      .default([...KEY_SCOPES_DEFAULT]),
    /** Who may serve it, and where, as `channels` says; null = no limit. */
    vendors: text('vendors').array(),
    regions: text('regions').array(),
    /** What the key may spend: ever, and per day, week and month of UTC; null = no limit but the balance. */
    budgetTotalNanoUsd: nano('budget_total_nano_usd'),
    budgetDayNanoUsd: nano('budget_day_nano_usd'),
    budgetWeekNanoUsd: nano('budget_week_nano_usd'),
    budgetMonthNanoUsd: nano('budget_month_nano_usd'),
    /** Calls at a time; null = no limit. */
    concurrencyMax: integer('concurrency_max'),
    requestsPerMinuteMax: integer('requests_per_minute_max'),
    /** What a call may use counts when it begins, what it used when it ends. */
    tokensPerMinuteMax: integer('tokens_per_minute_max'),
    /** Globs such as `openai/*`, of which a model has to fit one; null = any model. */
    models: text('models').array(),
    /** Addresses and CIDR ranges, of which the caller's address has to fit one; null = from anywhere. */
    addresses: text('addresses').array(),
    /* A rotation's old secret works beside the new one for a while. */
    previousHash: text('previous_hash'),
    previousLast4: text('previous_last4'),
    previousExpiresAt: time('previous_expires_at'),
    rotatedAt: time('rotated_at'),
    createdAt: createdAt(),
    expiresAt: time('expires_at'),
    /** By its holder or an operator; may be undone. */
    disabledAt: time('disabled_at'),
    /** A scanner found the secret in public: it works no more, and a rotation replaces it. */
    leakedAt: time('leaked_at'),
    revokedAt: time('revoked_at'),
    /** The revocation ends the calls under way as well. */
    cutsRunning: boolean('cuts_running').notNull().default(false),
  },
  (t) => [
    uniqueIndex('api_keys_hash_unique').on(t.hash),
    uniqueIndex('api_keys_previous_hash_unique').on(t.previousHash),
    index('api_keys_account').on(t.accountId, t.id),
    check(
      'api_keys_budgets_not_negative',
      sql`least(${t.budgetTotalNanoUsd}, ${t.budgetDayNanoUsd}, ${t.budgetWeekNanoUsd}, ${t.budgetMonthNanoUsd}) >= 0`,
    ),
    check('api_keys_concurrency_positive', sql`${t.concurrencyMax} > 0`),
    check(
      'api_keys_scopes_known',
      sql`${t.scopes} <@ array['inference', 'read', 'manage'] and cardinality(${t.scopes}) > 0`,
    ),
    check('api_keys_rates_positive', sql`least(${t.requestsPerMinuteMax}, ${t.tokensPerMinuteMax}) > 0`),
  ],
);

/** What a scanner reported of a key, and what it was then. Append-only. */
export const keyLeakReports = pgTable(
  'key_leak_reports',
  {
    /** SHA-256 of the leaked secret, hex. */
    hash: text('hash').notNull(),
    /** The scanner's name in the settings. */
    scanner: text('scanner').notNull(),
    /** No foreign key: the report outlives the key of somebody who has left. */
    keyId: text('key_id').notNull(),
    reportedAt: time('reported_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.hash, t.scanner] }), index('key_leak_reports_key').on(t.keyId)],
);

/** One way to a vendor, with the keys that it may be gone with. */
export const channels = pgTable(
  'channels',
  {
    id: text('id').primaryKey(),
    /** A vendor of the catalog, or any name the operator chose for a compatible one. */
    vendor: text('vendor').notNull(),
    dialect: text('dialect').notNull(),
    /** Without a slash at its end, e.g. `https://api.openai.com/v1`. */
    baseUrl: text('base_url').notNull(),
    /** Where it serves from, in a word of the operator's such as `eu`; null = nobody said. */
    region: text('region'),
    /** Whether its vendor may keep, or learn from, what it is sent. */
    collectsData: boolean('collects_data').notNull().default(false),
    /** Calls that each relay may have under way on it; null = no limit. */
    inFlightMax: integer('in_flight_max'),
    /** Lower goes first. */
    priority: integer('priority').notNull().default(0),
    /** Share among channels of one priority. */
    weight: integer('weight').notNull().default(1),
    enabled: boolean('enabled').notNull().default(true),
    createdAt: createdAt(),
  },
  (t) => [check('channels_in_flight_positive', sql`${t.inFlightMax} > 0`)],
);

/** A vendor's API keys; a channel has at least one. */
export const channelKeys = pgTable(
  'channel_keys',
  {
    id: text('id').primaryKey(),
    channelId: text('channel_id')
      .notNull()
      .references(() => channels.id),
    /** What the operator calls it; may be empty. */
    name: text('name').notNull().default(''),
    /** AES-256-GCM under `WEIR_SECRET_KEY`, bound to the channel's id. */
    sealedSecret: text('sealed_secret').notNull(),
    createdAt: createdAt(),
  },
  (t) => [index('channel_keys_channel').on(t.channelId, t.id)],
);

/** A channel as one relay sees it. */
export interface ChannelSight {
  channelId: string;
  inFlight: number;
  /** Whether it is closed off as a whole: it can't be reached. */
  unreachable: boolean;
  /** Its routes and keys that rest. */
  restingModelIds: string[];
  restingKeyIds: string[];
  /** Keys that rest on some of its routes; absent from what an older relay wrote. */
  limitedKeyIds?: string[];
  /** The newest first; a code each, nothing that anybody said. */
  errors: { code: string; status?: number; modelId: string; at: string }[];
}

/** What each relay that is running sees of the channels; those that are well and idle are left out. */
export const relaySights = pgTable('relay_sights', {
  relayId: text('relay_id').primaryKey(),
  /** One that has not been seen for a while is no more. */
  seenAt: time('seen_at').notNull().defaultNow(),
  channels: jsonb('channels').$type<ChannelSight[]>().notNull(),
});

/** Whether the staff was told that a channel is down, and how many looks in a row have seen otherwise since. */
export const channelWatches = pgTable('channel_watches', {
  channelId: text('channel_id')
    .primaryKey()
    .references(() => channels.id, { onDelete: 'cascade' }),
  toldDown: boolean('told_down').notNull(),
  looks: integer('looks').notNull(),
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

/** A tier of a price as it is stored: the price's own columns, amounts as decimal strings. */
export interface PriceTierColumns {
  inputTokensFrom: number;
  inputNanoUsdPerMtok: string;
  outputNanoUsdPerMtok: string;
  cachedInputNanoUsdPerMtok?: string;
  cacheWrite5mNanoUsdPerMtok?: string;
  cacheWrite1hNanoUsdPerMtok?: string;
  reasoningNanoUsdPerMtok?: string;
  audioInputNanoUsdPerMtok?: string;
  audioOutputNanoUsdPerMtok?: string;
  imageNanoUsd?: string;
  requestNanoUsd?: string;
}

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
    /* A part without a price of its own costs what its whole costs. */
    cachedInputNanoUsdPerMtok: nano('cached_input_nano_usd_per_mtok'),
    cacheWrite5mNanoUsdPerMtok: nano('cache_write_5m_nano_usd_per_mtok'),
    cacheWrite1hNanoUsdPerMtok: nano('cache_write_1h_nano_usd_per_mtok'),
    reasoningNanoUsdPerMtok: nano('reasoning_nano_usd_per_mtok'),
    audioInputNanoUsdPerMtok: nano('audio_input_nano_usd_per_mtok'),
    audioOutputNanoUsdPerMtok: nano('audio_output_nano_usd_per_mtok'),
    /** For each image of the prompt. */
    imageNanoUsd: nano('image_nano_usd'),
    /** For each request. */
    requestNanoUsd: nano('request_nano_usd'),
    /** What the whole call costs from so many prompt tokens on, ascending. */
    tiers: jsonb('tiers').$type<PriceTierColumns[]>().notNull().default([]),
  },
  (t) => [
    index('prices_route_effective').on(t.routeId, t.effectiveFrom),
    check(
      'prices_not_negative',
      sql`least(${t.inputNanoUsdPerMtok}, ${t.outputNanoUsdPerMtok}, ${t.cachedInputNanoUsdPerMtok}, ${t.cacheWrite5mNanoUsdPerMtok}, ${t.cacheWrite1hNanoUsdPerMtok}, ${t.reasoningNanoUsdPerMtok}, ${t.audioInputNanoUsdPerMtok}, ${t.audioOutputNanoUsdPerMtok}, ${t.imageNanoUsd}, ${t.requestNanoUsd}) >= 0`,
    ),
  ],
);
