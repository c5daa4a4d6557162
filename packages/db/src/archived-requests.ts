/*
 * What the archive keeps of a request whose day is over: the one list that its table, its rows, the export and
 * docs/data-inventory.md are made of. A test fails when a column of `requests` is in neither list, and when one that says
 * who somebody is, or that is a secret, is in the first.
 */

/** By column of `requests`: its type in ClickHouse. Money is whole nano US dollars. */
export const ARCHIVED_COLUMNS = {
  account_id: 'String',
  id: 'String',
  key_id: 'String',
  model_id: 'LowCardinality(String)',
  dialect: 'LowCardinality(String)',
  streamed: 'Bool',
  state: 'LowCardinality(String)',
  hold_nano_usd: 'Int64',
  charge_nano_usd: 'Int64',
  overrun_nano_usd: 'Int64',
  margin_ppm: 'Int32',
  price_id: 'Nullable(String)',
  created_at: "DateTime64(6, 'UTC')",
  closed_at: "Nullable(DateTime64(6, 'UTC'))",
  disconnect_policy: 'LowCardinality(String)',
  deployment_region: 'LowCardinality(Nullable(String))',
  affordable_output_tokens: 'Nullable(Int32)',
  outcome: 'LowCardinality(Nullable(String))',
  vendor: 'LowCardinality(Nullable(String))',
  channel_id: 'Nullable(String)',
  region: 'LowCardinality(Nullable(String))',
  upstream_model: 'LowCardinality(Nullable(String))',
  input_tokens: 'Nullable(Int32)',
  cached_input_tokens: 'Nullable(Int32)',
  cache_write_5m_tokens: 'Nullable(Int32)',
  cache_write_1h_tokens: 'Nullable(Int32)',
  audio_input_tokens: 'Nullable(Int32)',
  images: 'Nullable(Int32)',
  output_tokens: 'Nullable(Int32)',
  reasoning_tokens: 'Nullable(Int32)',
  audio_output_tokens: 'Nullable(Int32)',
  usage_source: 'LowCardinality(Nullable(String))',
  finish_reason: 'LowCardinality(Nullable(String))',
  upstream_status: 'Nullable(Int32)',
  upstream_ms: 'Nullable(Int32)',
  first_byte_ms: 'Nullable(Int32)',
  latency_ms: 'Nullable(Int32)',
} as const;

/** By column of `requests` that the archive does not get: why. */
export const UNARCHIVED_COLUMNS = {
  source_ip: 'says who somebody is',
  hold_expires_at: 'means nothing once a request is closed',
  failed_attempts: 'has a form of its own, to which anything might be added',
} as const;
