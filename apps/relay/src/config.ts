import type { BrandProfile } from '@weir/brand/profile';
import { brandFields, loadBrand } from '@weir/brand/load';
import { ROUTE_SORTS } from '@weir/dialects/openrouter';
import {
  dataDir,
  databaseUrl,
  httpUrl,
  logLevel,
  nodeEnv,
  port,
  region,
  secretKey,
  trustedProxies,
  unknownKeysPerMinuteMax,
  wholeNumber,
} from '@weir/settings/fields';
import { headersTimeoutMs } from '@weir/settings/http-limits';
import { privateHosts } from '@weir/settings/private-hosts';
import { readSettings } from '@weir/settings/read';
import { plainHttp, requireHttps } from '@weir/settings/require-https';
import { z } from 'zod';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const MIB = 1024 * 1024;

const schema = z.object({
  RELAY_PORT: port(8787),
  WEIR_LISTEN_HOST: z.string().default('127.0.0.1').meta({ example: '0.0.0.0' }),
  API_PORT: port(8788),
  /** Where `/trpc` is forwarded to; by default the api beside this relay. */
  WEIR_API_URL: httpUrl(),
  /** Where programs reach this relay; by https, they are told to keep to that. */
  WEIR_PUBLIC_RELAY_URL: httpUrl(),
  /** Where this deployment runs; each row of a request tells it. */
  WEIR_REGION: region,
  WEIR_DATA_DIR: dataDir,
  DATABASE_URL: databaseUrl,
  WEIR_SECRET_KEY: secretKey,
  NODE_ENV: nodeEnv,
  WEIR_PLAIN_HTTP: plainHttp,
  LOG_LEVEL: logLevel,
  WEIR_RELAY_WORKERS: wholeNumber(1, 1, 64),
  WEIR_UPSTREAM_PRIVATE_HOSTS: privateHosts,
  WEIR_TRUSTED_PROXIES: trustedProxies,
  WEIR_UNKNOWN_KEYS_PER_MINUTE_MAX: unknownKeysPerMinuteMax,
  ...brandFields,

  /** A connection takes milliseconds; a vendor that has not answered the handshake by then will not. */
  WEIR_UPSTREAM_CONNECT_TIMEOUT_MS: wholeNumber(10 * SECOND, 1, 10 * MINUTE),
  /** Reasoning models think for minutes before their first event. */
  WEIR_UPSTREAM_FIRST_BYTE_TIMEOUT_MS: wholeNumber(5 * MINUTE, 1, 60 * MINUTE),
  /** Between two events of a stream that has begun. */
  WEIR_UPSTREAM_IDLE_TIMEOUT_MS: wholeNumber(2 * MINUTE, 1, 60 * MINUTE),
  /** The longest that one call may take; a hold lives a little longer than this. */
  WEIR_UPSTREAM_TOTAL_TIMEOUT_MS: wholeNumber(15 * MINUTE, 1, 24 * 60 * MINUTE),
  /**
   * When a call has been waiting for so long, the next candidate is not tried any more: longer than a vendor may be silent,
   * and shorter than clients wait (those of OpenAI and Anthropic: 10 minutes).
   */
  WEIR_FALLBACK_BUDGET_MS: wholeNumber(6 * MINUTE, 0, 60 * MINUTE),
  /** The order in which a model's candidates are tried; `priority` is by the channels' priority, then by their weight. */
  WEIR_ROUTE_SORT: z
    .enum(['priority', ...ROUTE_SORTS])
    .default('priority')
    .meta({ example: 'price' }),
  /** How long after its total timeout a hold is kept for a relay that may still be settling. */
  WEIR_HOLD_GRACE_MS: wholeNumber(MINUTE, 1, 60 * MINUTE),
  /** An account with less than so many times a call's hold is held first; others are held while the vendor is called. */
  WEIR_HOLD_FIRST_BELOW: wholeNumber(10, 1, 1_000_000),
  /** Transactions at a time for holds and settlements: more of them, and each carries fewer. */
  WEIR_LEDGER_LANES: wholeNumber(1, 1, 64),
  /** Proxies give up on a silent connection after 30 to 100 s. */
  WEIR_KEEP_ALIVE_FIRST_MS: wholeNumber(10 * SECOND, 1, 10 * MINUTE),
  WEIR_KEEP_ALIVE_EVERY_MS: wholeNumber(15 * SECOND, 1, 10 * MINUTE),
  WEIR_HEADERS_TIMEOUT_MS: headersTimeoutMs,
  /** A call of any size has to arrive within this; a stalled upload does not hold a connection for ever. */
  WEIR_UPLOAD_TIMEOUT_MS: wholeNumber(5 * MINUTE, 100, 60 * MINUTE),
  /** Room for a few images or a long document in base64. */
  WEIR_BODY_BYTES_MAX: wholeNumber(32 * MIB, 1024, 1024 * MIB),
  /** A JSON reply is kept whole until it has been metered. */
  WEIR_REPLY_BYTES_MAX: wholeNumber(64 * MIB, 1024, 1024 * MIB),
  /** Output limit of a call where neither the client nor the model sets one. */
  WEIR_OUTPUT_TOKENS_DEFAULT: wholeNumber(16_384, 1, 10_000_000),
  /** After SIGTERM, how long running calls may go on before they are ended. */
  WEIR_DRAIN_TIMEOUT_MS: wholeNumber(30 * SECOND, 0, 60 * MINUTE),
  /** How long after that calls may still be settled, should the database be away. */
  WEIR_SETTLE_GRACE_MS: wholeNumber(5 * SECOND, 0, 60 * MINUTE),
  /** Where `GET /metrics` is answered, for Prometheus; 0 = nowhere, as most who try the gateway have nobody to ask for it. */
  WEIR_METRICS_PORT: wholeNumber(0, 0, 65_535),
  /** Metrics tell of vendors and volumes: only this machine may read them unless the operator says otherwise. */
  WEIR_METRICS_HOST: z.string().default('127.0.0.1').meta({ example: '0.0.0.0' }),
  /** Of a captured request, and of its reply: a long conversation, but not the pictures in it. */
  WEIR_CAPTURE_BYTES_MAX: wholeNumber(MIB, 1024, 32 * MIB),
  /** What one capture keeps: enough to find a fault by, and with the bytes of each no more than the database bears. */
  WEIR_CAPTURE_RECORDS_MAX: wholeNumber(500, 1, 10_000),
  /** What is captured and not yet written, in each relay process; beyond it calls are not captured. */
  WEIR_CAPTURE_MEMORY_BYTES_MAX: wholeNumber(64 * MIB, 1024, 1024 * MIB),
  WEIR_DATABASE_CONNECTIONS_MAX: wholeNumber(20, 1, 500),
});

export type Config = z.output<typeof schema> & { WEIR_API_URL: string; brand: BrandProfile };

/** @throws {SettingsError} */
export function readConfig(env: Readonly<Record<string, string | undefined>> = process.env): Config {
  const settings = readSettings(schema, env);
  const { WEIR_PUBLIC_RELAY_URL } = settings;
  requireHttps(settings, { WEIR_PUBLIC_RELAY_URL });
  return {
    ...settings,
    WEIR_API_URL: settings.WEIR_API_URL ?? `http://127.0.0.1:${settings.API_PORT}`,
    brand: loadBrand(settings),
  };
}
