import { VENDORS } from '@weir/catalog/vendors';
import {
  brandName,
  dataDir,
  databaseUrl,
  httpUrl,
  logLevel,
  nodeEnv,
  port,
  secretKey,
  wholeNumber,
  yesOrNo,
} from '@weir/settings/fields';
import { readSettings } from '@weir/settings/read';
import { z } from 'zod';

const schema = z.object({
  API_PORT: port(8788),
  WEIR_LISTEN_HOST: z.string().default('127.0.0.1').meta({ example: '0.0.0.0' }),
  WEIR_DATA_DIR: dataDir,
  DATABASE_URL: databaseUrl,
  /** A first start holds one while it works on another. */
  WEIR_DATABASE_CONNECTIONS_MAX: wholeNumber(10, 2, 500),
  WEIR_SECRET_KEY: secretKey,
  NODE_ENV: nodeEnv,
  LOG_LEVEL: logLevel,
  /** For how many days, besides today, the requests themselves are kept; their sums are kept for good. */
  WEIR_LOG_RETENTION_DAYS: wholeNumber(30, 1, 3_650),
  /** For how many days a holder can take back that their account is to be deleted. */
  WEIR_DELETION_GRACE_DAYS: wholeNumber(14, 0, 90),
  /** The other servers of a first start, for the addresses it writes down. */
  RELAY_PORT: port(8787),
  WEB_PORT: port(3000),
  SANDBOX_PORT: port(8789),
  /** Where people reach the dashboard; by default the one beside this api. */
  WEIR_PUBLIC_WEB_URL: httpUrl(),
  WEIR_BRAND_NAME: brandName,
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
  /** Whether the address that a person signed in from is kept, and shown to them. */
  WEIR_LOG_SOURCE_IP: yesOrNo(false),
  /** As the relay reads it: a comma list of `host` or `host:port`. */
  WEIR_UPSTREAM_PRIVATE_HOSTS: z.string().default('').meta({ example: '127.0.0.1:11434,vllm.internal' }),
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
  /** The vendors' API keys that are set, by the name of their variable. */
  vendorKeys: Readonly<Record<string, string | undefined>>;
};

/** @throws {SettingsError} */
export function readConfig(env: Readonly<Record<string, string | undefined>> = process.env): Config {
  const settings = readSettings(schema, env);
  return {
    ...settings,
    WEIR_PUBLIC_WEB_URL: settings.WEIR_PUBLIC_WEB_URL ?? `http://127.0.0.1:${settings.WEB_PORT}`,
    WEIR_STAFF_SECOND_FACTOR:
      settings.WEIR_STAFF_SECOND_FACTOR ?? (settings.NODE_ENV === 'production' ? 'required' : 'recommended'),
    vendorKeys: readSettings(vendorKeys, env),
  };
}
