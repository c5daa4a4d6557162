import { brandFields, loadBrand } from '@weir/brand/load';
import type { BrandProfile } from '@weir/brand/profile';
import { VENDORS } from '@weir/catalog/vendors';
import {
  dataDir,
  databaseUrl,
  httpUrl,
  logLevel,
  nodeEnv,
  port,
  secretKey,
  apiTrustedProxies,
  unknownKeysPerMinuteMax,
  wholeNumber,
} from '@weir/settings/fields';
import { headersTimeoutMs, requestTimeoutMs } from '@weir/settings/http-limits';
import { privateHosts } from '@weir/settings/private-hosts';
import { readSettings, SettingsError } from '@weir/settings/read';
import { plainHttp, requireHttps } from '@weir/settings/require-https';
import { z } from 'zod';
import { clickhouseUrl, requireSafeArchive } from './archive/archive-settings.ts';
import { scannerKeys } from './keys/scanner-keys.ts';

const schema = z.object({
  API_PORT: port(8788),
  WEIR_LISTEN_HOST: z.string().default('127.0.0.1').meta({ example: '0.0.0.0' }),
  WEIR_HEADERS_TIMEOUT_MS: headersTimeoutMs,
  WEIR_REQUEST_TIMEOUT_MS: requestTimeoutMs,
  WEIR_DATA_DIR: dataDir,
  DATABASE_URL: databaseUrl,
  /** A first start holds one while it works on another. */
  WEIR_DATABASE_CONNECTIONS_MAX: wholeNumber(10, 2, 500),
  WEIR_SECRET_KEY: secretKey,
  ...brandFields,
  NODE_ENV: nodeEnv,
  WEIR_PLAIN_HTTP: plainHttp,
  LOG_LEVEL: logLevel,
  /** For how many days, besides today, the requests themselves are kept; their sums are kept for good. */
  WEIR_LOG_RETENTION_DAYS: wholeNumber(30, 1, 3_650),
  /** Where the requests of closed days are archived; unset: nowhere. */
  CLICKHOUSE_URL: clickhouseUrl,
  /** Those of its hosts that may be reached over plain http. */
  WEIR_CLICKHOUSE_PRIVATE_HOSTS: privateHosts,
  /** Who may report leaked keys; without any there is no such endpoint. */
  WEIR_SCANNER_KEYS: scannerKeys,
  /** For how many days a holder can take back that their account is to be deleted. */
  WEIR_DELETION_GRACE_DAYS: wholeNumber(14, 0, 90),
  /** The other servers of a first start, for the addresses it writes down. */
  RELAY_PORT: port(8787),
  WEB_PORT: port(3000),
  SANDBOX_PORT: port(8789),
  /** Where people reach the dashboard; by default the one beside this api. */
  WEIR_PUBLIC_WEB_URL: httpUrl(),
  /** Unset: mail is kept in an outbox that operators see. */
  WEIR_SMTP_URL: z
    .url({ protocol: /^smtps?$/, error: 'is not an smtp:// or smtps:// URL' })
    .optional()
    .meta({ example: 'smtps://user:password@mail.example.com' }),
  WEIR_MAIL_FROM: z.string().trim().min(3).optional().meta({ example: 'Weir <no-reply@example.com>' }),
  /** Whose `X-Forwarded-For` is believed: the web server, the relay, and what stands before them. */
  WEIR_API_TRUSTED_PROXIES: apiTrustedProxies,
  WEIR_UNKNOWN_KEYS_PER_MINUTE_MAX: unknownKeysPerMinuteMax,
  /** A session that isn't used for so long ends, */
  WEIR_SESSION_IDLE_HOURS: wholeNumber(7 * 24, 1, 8_760),
  /** and so long after the sign-in each one does. */
  WEIR_SESSION_HOURS_MAX: wholeNumber(30 * 24, 1, 8_760),
  /** How old a proof of who one is may be for what is sensitive. */
  WEIR_REAUTHENTICATE_MINUTES: wholeNumber(10, 1, 1_440),
  /** Whether what is for the staff is closed to those without a second factor; by default in production. */
  WEIR_STAFF_SECOND_FACTOR: z
    .enum(['required', 'recommended'], { error: 'is neither required nor recommended' })
    .optional()
    .meta({ example: 'required' }),
  /** As the relay reads it. */
  WEIR_UPSTREAM_PRIVATE_HOSTS: privateHosts,
  /** To which of them notices may be posted, of all that are no public https. */
  WEIR_WEBHOOK_PRIVATE_HOSTS: privateHosts,
});

const vendorKeys = z.object(
  Object.fromEntries(
    VENDORS.map((vendor) => [
      vendor.apiKeyEnv,
      z.string().trim().min(1).optional().meta({ example: 'sk-…' }),
    ]),
  ),
);

export type Config = z.output<typeof schema> & {
  WEIR_PUBLIC_WEB_URL: string;
  WEIR_STAFF_SECOND_FACTOR: 'required' | 'recommended';
  brand: BrandProfile;
  /** The vendors' API keys that are set, by the name of their variable. */
  vendorKeys: Readonly<Record<string, string | undefined>>;
};

/** @throws {SettingsError} */
export function readConfig(env: Readonly<Record<string, string | undefined>> = process.env): Config {
  const settings = readSettings(schema, env);
  if (settings.WEIR_SMTP_URL !== undefined && settings.WEIR_MAIL_FROM === undefined) {
    throw new SettingsError(
      'WEIR_MAIL_FROM: is not set, but WEIR_SMTP_URL is. Example: WEIR_MAIL_FROM=Weir <no-reply@example.com>',
    );
  }
  requireSafeArchive(settings.CLICKHOUSE_URL, settings.WEIR_CLICKHOUSE_PRIVATE_HOSTS);
  requireHttps(settings, { WEIR_PUBLIC_WEB_URL: settings.WEIR_PUBLIC_WEB_URL });
  return {
    ...settings,
    WEIR_PUBLIC_WEB_URL: settings.WEIR_PUBLIC_WEB_URL ?? `http://127.0.0.1:${settings.WEB_PORT}`,
    WEIR_STAFF_SECOND_FACTOR:
      settings.WEIR_STAFF_SECOND_FACTOR ?? (settings.NODE_ENV === 'production' ? 'required' : 'recommended'),
    brand: loadBrand(settings),
    vendorKeys: readSettings(vendorKeys, env),
  };
}
