import type { TableInventory } from './table-inventory.ts';

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

/** What belongs to nobody. */
export const GATEWAY_DATA: Readonly<Record<string, TableInventory>> = {
  account_groups: {
    about: 'Accounts that pay the same margin',
    owner: 'gateway',
    erased: 'kept',
    columns: {
      technical: [
        'id',
        'margin_ppm',
        'key_concurrency_max',
        'key_requests_per_minute_max',
        'key_tokens_per_minute_max',
        'created_at',
      ],
    },
  },
  channels: {
    about: 'A way to a vendor',
    owner: 'gateway',
    erased: 'kept',
    columns: {
      technical: [
        'id',
        'vendor',
        'dialect',
        'base_url',
        'region',
        'collects_data',
        'in_flight_max',
        'priority',
        'weight',
        'enabled',
        'created_at',
      ],
    },
  },
  channel_keys: {
    about: 'A vendor’s API key',
    owner: 'gateway',
    erased: 'kept',
    columns: { secret: ['sealed_secret'], technical: ['id', 'channel_id', 'name', 'created_at'] },
  },
  relay_sights: {
    about: 'What a relay that is running sees of the channels',
    owner: 'gateway',
    erased: 'kept',
    columns: { technical: ['relay_id', 'seen_at', 'channels'] },
  },
  channel_watches: {
    about: 'Whether the staff was told that a channel is down',
    owner: 'gateway',
    erased: 'kept',
    columns: { technical: ['channel_id', 'told_down', 'looks'] },
  },
  policy_versions: {
    about: 'A privacy policy or terms, as they were published',
    owner: 'gateway',
    erased: 'kept',
    columns: { technical: ['id', 'kind', 'texts', 'published_at'] },
  },
  announcements: {
    about: 'What everybody was told',
    owner: 'gateway',
    erased: 'kept',
    columns: {
      technical: [
        'id',
        'notice',
        'data',
        'recipients',
        'reached',
        'reached_to',
        'published_at',
        'finished_at',
        'withdrawn_at',
      ],
    },
  },
  attempt_limits: {
    about: 'How often something was tried of late, under a keyed hash of who tried it',
    owner: 'gateway',
    erased: 'kept',
    columns: { secret: ['key'], technical: ['points', 'expire'] },
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
