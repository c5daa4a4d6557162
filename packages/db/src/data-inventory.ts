/*
 * What is kept, where, and what becomes of it when its person leaves: every column of every table is named here once.
 * The export and the erasing go by this list, docs/data-inventory.md is made of it, and a test fails when a column of
 * the database is missing.
 */

/**
 * `personal`: says who somebody is, or is in their own words. `money`: what the books consist of. `secret`: lets
 * somebody in, or checks who they are; in no export. `technical`: everything else.
 */
export type DataCategory = 'personal' | 'money' | 'secret' | 'technical';

/** Whose the rows of a table are, by which column; `gateway`: nobody's. */
export type DataOwner = { by: 'account' | 'user'; column: string } | 'gateway';

export interface TableInventory {
  /** What a row is. */
  about: string;
  owner: DataOwner;
  /** What becomes of its rows when their owner’s data are erased. In those that are kept, what is personal becomes null. */
  erased: 'deleted' | 'kept';
  /** Whose rows are left out of what the holder gets: what staff note down in a lawful matter. */
  withheld?: true;
  columns: Readonly<Partial<Record<DataCategory, readonly string[]>>>;
}

const USER: DataOwner = { by: 'user', column: 'user_id' };
const ACCOUNT: DataOwner = { by: 'account', column: 'account_id' };

const USAGE = [
  'requests',
  'failed',
  'input_tokens',
  'cached_input_tokens',
  'output_tokens',
  'reasoning_tokens',
  'first_byte_ms_sum',
  'first_byte_count',
];

const BUDGETS = [
  'budget_total_nano_usd',
  'budget_day_nano_usd',
  'budget_week_nano_usd',
  'budget_month_nano_usd',
];

const PRICES = [
  'input_nano_usd_per_mtok',
  'output_nano_usd_per_mtok',
  'cached_input_nano_usd_per_mtok',
  'cache_write_5m_nano_usd_per_mtok',
  'cache_write_1h_nano_usd_per_mtok',
  'reasoning_nano_usd_per_mtok',
  'audio_input_nano_usd_per_mtok',
  'audio_output_nano_usd_per_mtok',
  'image_nano_usd',
  'request_nano_usd',
  'tiers',
];

/** By table. Rows are deleted in this order: what refers to others comes before them. */
export const DATA_INVENTORY: Readonly<Record<string, TableInventory>> = {
  notices: {
    about: 'What a person was told',
    owner: USER,
    erased: 'deleted',
    columns: { personal: ['data'], technical: ['id', 'user_id', 'kind', 'name', 'created_at', 'read_at'] },
  },
  totp_factors: {
    about: 'A person’s authenticator app',
    owner: USER,
    erased: 'deleted',
    columns: { secret: ['sealed_secret', 'last_step'], technical: ['user_id', 'confirmed_at', 'created_at'] },
  },
  recovery_codes: {
    about: 'A code for the loss of the second factor',
    owner: USER,
    erased: 'deleted',
    columns: { secret: ['code_hash'], technical: ['user_id', 'used_at'] },
  },
  passkeys: {
    about: 'A passkey',
    owner: USER,
    erased: 'deleted',
    columns: {
      personal: ['name'],
      secret: ['credential_id', 'public_key', 'counter'],
      technical: ['id', 'user_id', 'transports', 'created_at', 'last_used_at'],
    },
  },
  passkey_challenges: {
    about: 'What a passkey is asked to sign, for minutes',
    owner: USER,
    erased: 'deleted',
    columns: { secret: ['challenge_hash'], technical: ['user_id', 'purpose', 'expires_at'] },
  },
  pending_sign_ins: {
    about: 'A sign-in that waits for the second factor, for minutes',
    owner: USER,
    erased: 'deleted',
    columns: { secret: ['token_hash'], technical: ['user_id', 'tries_left', 'expires_at'] },
  },
  proof_failures: {
    about: 'Failed tries of a person to prove who they are',
    owner: USER,
    erased: 'deleted',
    columns: { technical: ['user_id', 'failures', 'blocked_until'] },
  },
  known_devices: {
    about: 'A browser that a person has signed in with',
    owner: USER,
    erased: 'deleted',
    columns: { secret: ['device_hash'], technical: ['user_id', 'last_used_at'] },
  },
  sign_in_links: {
    about: 'A link that signs a person in once',
    owner: USER,
    erased: 'deleted',
    columns: { secret: ['token_hash'], technical: ['user_id', 'expires_at', 'used_at'] },
  },
  sessions: {
    about: 'A person who is signed in, on one device',
    owner: USER,
    erased: 'deleted',
    columns: {
      personal: ['device', 'address'],
      secret: ['id'],
      technical: ['public_id', 'user_id', 'expires_at', 'created_at', 'last_used_at', 'authenticated_at'],
    },
  },
  api_keys: {
    about: 'A key to the API',
    owner: ACCOUNT,
    erased: 'deleted',
    columns: {
      personal: ['name'],
      money: BUDGETS,
      secret: ['hash'],
      technical: [
        'id',
        'account_id',
        'kind',
        'prefix',
        'last4',
        'disconnect_policy',
        'concurrency_max',
        'created_at',
        'expires_at',
        'revoked_at',
      ],
    },
  },
  users: {
    about: 'A person who signs in',
    owner: { by: 'user', column: 'id' },
    erased: 'deleted',
    columns: {
      personal: ['email', 'username'],
      secret: ['password_hash'],
      technical: ['id', 'account_id', 'staff_role', 'created_at'],
    },
  },
  account_closures: {
    about: 'That an account is being left, or was',
    owner: ACCOUNT,
    erased: 'kept',
    columns: { technical: ['account_id', 'requested_at', 'erase_after', 'erased_at'] },
  },
  legal_holds: {
    about: 'That a law wants everything of an account kept',
    owner: ACCOUNT,
    erased: 'kept',
    withheld: true,
    columns: { technical: ['account_id', 'reference', 'placed_at'] },
  },
  legal_hold_requests: {
    about: 'A request of an account under a legal hold whose day was dropped; goes with the hold',
    owner: ACCOUNT,
    erased: 'kept',
    columns: { technical: ['account_id', 'id', 'request'] },
  },
  accounts: {
    about: 'What owns money',
    owner: { by: 'account', column: 'id' },
    erased: 'kept',
    columns: {
      money: ['balance_nano_usd', 'held_nano_usd'],
      technical: ['id', 'group_id', 'running', 'concurrency_max', 'created_at'],
    },
  },
  entries: {
    about: 'A movement of a balance that is no request’s charge',
    owner: ACCOUNT,
    erased: 'kept',
    columns: { money: ['account_id', 'id', 'kind', 'amount_nano_usd', 'ref', 'created_at'] },
  },
  requests: {
    about: 'A request: when, which model, how many tokens, how it ended; dropped with its day',
    owner: ACCOUNT,
    erased: 'kept',
    columns: {
      money: [
        'hold_nano_usd',
        'charge_nano_usd',
        'overrun_nano_usd',
        'margin_ppm',
        'affordable_output_tokens',
        'price_id',
      ],
      technical: [
        'account_id',
        'id',
        'key_id',
        'model_id',
        'dialect',
        'streamed',
        'state',
        'hold_expires_at',
        'created_at',
        'disconnect_policy',
        'outcome',
        'vendor',
        'channel_id',
        'upstream_model',
        'input_tokens',
        'cached_input_tokens',
        'cache_write_5m_tokens',
        'cache_write_1h_tokens',
        'audio_input_tokens',
        'images',
        'output_tokens',
        'reasoning_tokens',
        'audio_output_tokens',
        'usage_source',
        'finish_reason',
        'upstream_status',
        'first_byte_ms',
        'latency_ms',
        'failed_attempts',
        'closed_at',
      ],
    },
  },
  usage_hourly: {
    about: 'What a key used of a model in an hour',
    owner: ACCOUNT,
    erased: 'kept',
    columns: {
      money: ['charge_nano_usd'],
      technical: ['account_id', 'hour', 'key_id', 'model_id', ...USAGE],
    },
  },
  usage_daily: {
    about: 'What a key used of a model in a day',
    owner: ACCOUNT,
    erased: 'kept',
    columns: { money: ['charge_nano_usd'], technical: ['account_id', 'day', 'key_id', 'model_id', ...USAGE] },
  },
  key_spend: {
    about: 'What a key has spent',
    owner: ACCOUNT,
    erased: 'kept',
    columns: {
      money: [
        'held_nano_usd',
        'spent_total_nano_usd',
        'spent_day_nano_usd',
        'spent_week_nano_usd',
        'spent_month_nano_usd',
        ...BUDGETS,
      ],
      technical: [
        'key_id',
        'account_id',
        'running',
        'day',
        'week',
        'month',
        'last_used_at',
        'concurrency_max',
      ],
    },
  },
  audit_log: {
    about: 'An action of the staff; of people it has ids alone',
    owner: ACCOUNT,
    erased: 'kept',
    withheld: true,
    columns: {
      technical: [
        'id',
        'created_at',
        'actor_kind',
        'actor_id',
        'actor_role',
        'action',
        'target_id',
        'account_id',
        'before',
        'after',
      ],
    },
  },
  account_groups: {
    about: 'Accounts that pay the same margin',
    owner: 'gateway',
    erased: 'kept',
    columns: { technical: ['id', 'margin_ppm', 'created_at'] },
  },
  channels: {
    about: 'A way to a vendor',
    owner: 'gateway',
    erased: 'kept',
    columns: {
      secret: ['sealed_secret'],
      technical: ['id', 'vendor', 'dialect', 'base_url', 'priority', 'weight', 'enabled', 'created_at'],
    },
  },
  models: {
    about: 'A model that can be asked for',
    owner: 'gateway',
    erased: 'kept',
    columns: { technical: ['id', 'context_tokens_max', 'output_tokens_max', 'enabled', 'created_at'] },
  },
  routes: {
    about: 'That a channel serves a model',
    owner: 'gateway',
    erased: 'kept',
    columns: { technical: ['id', 'model_id', 'channel_id', 'upstream_model'] },
  },
  prices: {
    about: 'What a model costs, and from when on',
    owner: 'gateway',
    erased: 'kept',
    columns: { money: PRICES, technical: ['id', 'route_id', 'effective_from'] },
  },
  hold_sweep: {
    about: 'How far expired holds have been looked for',
    owner: 'gateway',
    erased: 'kept',
    columns: { technical: ['one', 'swept_to'] },
  },
};

/** The columns of a table that may be handed out: all but secrets, as they are listed. */
export function exportedColumns({ columns }: TableInventory): string[] {
  const { secret: _kept, ...handedOut } = columns;
  return Object.values(handedOut).flat();
}
