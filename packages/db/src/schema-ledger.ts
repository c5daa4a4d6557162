import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  date,
  index,
  inet,
  integer,
  jsonb,
  pgEnum,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { countFromZero, createdAt, nano, nanoFromZero, time } from './columns.ts';

/** Accounts that pay the same margin on top of the prices. */
export const accountGroups = pgTable(
  'account_groups',
  {
    /** Chosen by the operator, e.g. `resellers`. */
    id: text('id').primaryKey(),
    /** Millionths added to a price: 200000 = 20 %; a negative one takes off. */
    marginPpm: integer('margin_ppm').notNull().default(0),
    /* What no key of the group may go beyond, whatever its own limits say; null = no limit. */
    keyConcurrencyMax: integer('key_concurrency_max'),
    keyRequestsPerMinuteMax: integer('key_requests_per_minute_max'),
    keyTokensPerMinuteMax: integer('key_tokens_per_minute_max'),
    createdAt: createdAt(),
  },
  (t) => [
    check('account_groups_margin_not_below_free', sql`${t.marginPpm} >= -1000000`),
    check(
      'account_groups_key_limits_positive',
      sql`least(${t.keyConcurrencyMax}, ${t.keyRequestsPerMinuteMax}, ${t.keyTokensPerMinuteMax}) > 0`,
    ),
  ],
);

/** The unit that owns money. `available = balance − held`; both move only through the ledger. */
export const accounts = pgTable(
  'accounts',
  {
    id: text('id').primaryKey(),
    groupId: text('group_id').references(() => accountGroups.id),
    balanceNanoUsd: nanoFromZero('balance_nano_usd'),
    heldNanoUsd: nanoFromZero('held_nano_usd'),
    /** Calls under way: the holds that are open. */
    running: integer('running').notNull().default(0),
    /** Calls at a time; null = no limit. */
    concurrencyMax: integer('concurrency_max'),
    createdAt: createdAt(),
  },
  (t) => [
    check('accounts_held_not_negative', sql`${t.heldNanoUsd} >= 0`),
    check('accounts_running_not_negative', sql`${t.running} >= 0`),
    check('accounts_concurrency_positive', sql`${t.concurrencyMax} > 0`),
  ],
);

/**
 * What becomes of a call whose client goes away: `cancel` stops the vendor and charges what was produced, `drain` lets
 * it finish and charges all.
 */
export const disconnectPolicy = pgEnum('disconnect_policy', ['cancel', 'drain']);

/**
 * What a key has spent and holds now; a row comes with each key. A period's figure counts only while its first day is
 * that of the present period (of UTC; weeks begin on Monday), so nothing has to be reset.
 */
export const keySpend = pgTable(
  'key_spend',
  {
    keyId: text('key_id').primaryKey(),
    accountId: text('account_id').notNull(),
    heldNanoUsd: nanoFromZero('held_nano_usd'),
    /** Calls under way. */
    running: integer('running').notNull().default(0),
    spentTotalNanoUsd: nanoFromZero('spent_total_nano_usd'),
    day: date('day', { mode: 'string' }),
    spentDayNanoUsd: nanoFromZero('spent_day_nano_usd'),
    week: date('week', { mode: 'string' }),
    spentWeekNanoUsd: nanoFromZero('spent_week_nano_usd'),
    month: date('month', { mode: 'string' }),
    spentMonthNanoUsd: nanoFromZero('spent_month_nano_usd'),
    /** Minutes since Unix time 0: the one in which the next two were counted. */
    minute: integer('minute'),
    requestsMinute: countFromZero('requests_minute'),
    /** Below zero where a call gives back more than its minute has. */
    tokensMinute: countFromZero('tokens_minute'),
    lastUsedAt: time('last_used_at'),
    /** When a call last came with the secret that a rotation replaced; null = not since then. */
    previousSecretUsedAt: time('previous_secret_used_at'),

    /*
     * The limits of the key in `api_keys`, and of its account's group, copied here by triggers: a hold that waits for this row finds the newest
     * ones when it gets it, while another table's rows would be as old as the statement.
     */
    budgetTotalNanoUsd: nano('budget_total_nano_usd'),
    budgetDayNanoUsd: nano('budget_day_nano_usd'),
    budgetWeekNanoUsd: nano('budget_week_nano_usd'),
    budgetMonthNanoUsd: nano('budget_month_nano_usd'),
    concurrencyMax: integer('concurrency_max'),
    requestsPerMinuteMax: integer('requests_per_minute_max'),
    tokensPerMinuteMax: integer('tokens_per_minute_max'),
  },
  (t) => [
    check('key_spend_held_not_negative', sql`${t.heldNanoUsd} >= 0`),
    check('key_spend_running_not_negative', sql`${t.running} >= 0`),
  ],
);

export interface FailedAttempt {
  channelId: string;
  vendor: string;
  /** The HTTP status; absent when there was no reply. */
  status?: number;
  /** An error code. */
  outcome: string;
  ms: number;
}

/** A request leaves `held` exactly once. */
export const requestState = pgEnum('request_state', ['held', 'settled', 'voided', 'expired']);

export const usageSource = pgEnum('usage_source', ['vendor', 'counted']);

/**
 * One row per admitted request: at once the hold, the charge and the access log. Partitioned by day over `id`, which
 * carries the time; see the migration, as the schema of drizzle can't say it.
 */
export const requests = pgTable(
  'requests',
  {
    /** No foreign key: its check on every insert would cost more than the insert. The hold joins the account's row. */
    accountId: text('account_id').notNull(),
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
    chargeNanoUsd: nanoFromZero('charge_nano_usd'),
    /** What the vendor reported beyond the hold; part of the charge. */
    overrunNanoUsd: nanoFromZero('overrun_nano_usd'),
    /** What the account's group pays on top of the price. */
    marginPpm: integer('margin_ppm').notNull().default(0),
    disconnectPolicy: disconnectPolicy('disconnect_policy').notNull().default('cancel'),
    /** Where the call came from; null unless the brand's profile has it noted. */
    sourceIp: inet('source_ip'),
    /** Where the deployment runs that took the call; null = nobody said. */
    deploymentRegion: text('deployment_region'),
    /** The output limit that the balance imposed, in tokens; null where it imposed none. */
    affordableOutputTokens: integer('affordable_output_tokens'),
    /** `ok`, `client_closed`, or an error code. Null while held. */
    outcome: text('outcome'),
    vendor: text('vendor'),
    channelId: text('channel_id'),
    /** Where the channel served from; null = nobody said. */
    region: text('region'),
    upstreamModel: text('upstream_model'),
    priceId: text('price_id'),
    /** Null = nobody said, which is not zero. */
    inputTokens: integer('input_tokens'),
    cachedInputTokens: integer('cached_input_tokens'),
    cacheWrite5mTokens: integer('cache_write_5m_tokens'),
    cacheWrite1hTokens: integer('cache_write_1h_tokens'),
    audioInputTokens: integer('audio_input_tokens'),
    images: integer('images'),
    outputTokens: integer('output_tokens'),
    reasoningTokens: integer('reasoning_tokens'),
    audioOutputTokens: integer('audio_output_tokens'),
    usageSource: usageSource('usage_source'),
    finishReason: text('finish_reason'),
    upstreamStatus: integer('upstream_status'),
    /** From when the vendor was called that the row tells of to the end of its reply, or to its failure. */
    upstreamMs: integer('upstream_ms'),
    firstByteMs: integer('first_byte_ms'),
    latencyMs: integer('latency_ms'),
    /** Vendors that were tried before the one the row tells of; null when there were none. */
    failedAttempts: jsonb('failed_attempts').$type<FailedAttempt[]>(),
    closedAt: time('closed_at'),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    // Not led by the account: a look-up by account and id must find nothing but the primary key to go by.
    index('requests_key').on(t.keyId, t.id),
    // Of a column that never changes: one on `state` would make every settlement write to the indexes.
    index('requests_hold_expires').on(t.holdExpiresAt),
    check('requests_charge_not_negative', sql`${t.chargeNanoUsd} >= 0 and ${t.holdNanoUsd} >= 0`),
    check('requests_only_settled_are_charged', sql`${t.state} = 'settled' or ${t.chargeNanoUsd} = 0`),
  ],
);

/** Up to when expired holds have been looked for: a sweep needs to look no further back. One row. */
export const holdSweep = pgTable(
  'hold_sweep',
  {
    one: boolean('one').primaryKey().default(true),
    sweptTo: time('swept_to').notNull(),
  },
  (t) => [check('hold_sweep_one_row', sql`${t.one}`)],
);

const usageColumns = {
  requests: countFromZero('requests'),
  /** Of these, those that gave their caller nothing through no choice of the caller's. */
  failed: countFromZero('failed'),
  inputTokens: countFromZero('input_tokens'),
  cachedInputTokens: countFromZero('cached_input_tokens'),
  outputTokens: countFromZero('output_tokens'),
  reasoningTokens: countFromZero('reasoning_tokens'),
  chargeNanoUsd: nanoFromZero('charge_nano_usd'),
  /** Sum over the requests that got a first byte, and their number. */
  firstByteMsSum: countFromZero('first_byte_ms_sum'),
  firstByteCount: countFromZero('first_byte_count'),
};

/** What was used in an hour of UTC, counted in the transaction that closes the request; outlives the requests. */
export const usageHourly = pgTable(
  'usage_hourly',
  {
    accountId: text('account_id').notNull(),
    /** Its beginning; the hour in which the request was made. */
    hour: time('hour').notNull(),
    keyId: text('key_id').notNull(),
    modelId: text('model_id').notNull(),
    ...usageColumns,
  },
  (t) => [primaryKey({ columns: [t.accountId, t.hour, t.keyId, t.modelId] })],
);

/** As `usage_hourly`, by day of UTC. */
export const usageDaily = pgTable(
  'usage_daily',
  {
    accountId: text('account_id').notNull(),
    day: date('day', { mode: 'string' }).notNull(),
    keyId: text('key_id').notNull(),
    modelId: text('model_id').notNull(),
    ...usageColumns,
  },
  (t) => [primaryKey({ columns: [t.accountId, t.day, t.keyId, t.modelId] })],
);

/**
 * `day_close`: the charges of a day whose requests were dropped. `late_charge`: a call that was served, but closed only
 * after its hold had expired.
 */
export const entryKind = pgEnum('entry_kind', [
  'top_up',
  'refund',
  'grant',
  'adjustment',
  'day_close',
  'late_charge',
]);

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
