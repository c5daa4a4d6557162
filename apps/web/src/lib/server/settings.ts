import { brandFields, loadBrand } from '@weir/brand/load';
import type { BrandProfile } from '@weir/brand/profile';
import { httpUrl, logLevel, nodeEnv, port } from '@weir/settings/fields';
import { headersTimeoutMs, requestTimeoutMs, type ArrivalTimeouts } from '@weir/settings/http-limits';
import { readSettings } from '@weir/settings/read';
import { plainHttp, requireHttps } from '@weir/settings/require-https';
import { z } from 'zod';

const schema = z.object({
  WEB_PORT: port(3000),
  WEIR_LISTEN_HOST: z.string().default('127.0.0.1').meta({ example: '127.0.0.1' }),
  WEIR_HEADERS_TIMEOUT_MS: headersTimeoutMs,
  WEIR_REQUEST_TIMEOUT_MS: requestTimeoutMs,
  API_PORT: port(8788),
  RELAY_PORT: port(8787),
  WEIR_API_URL: httpUrl(),
  WEIR_PUBLIC_RELAY_URL: httpUrl(),
  WEIR_PUBLIC_WEB_URL: httpUrl(),
  ...brandFields,
  NODE_ENV: nodeEnv,
  WEIR_PLAIN_HTTP: plainHttp,
  LOG_LEVEL: logLevel,
});

export interface WebSettings {
  port: number;
  host: string;
  /** Where the tRPC api listens, as this server reaches it. */
  apiUrl: string;
  /** Where programs and the playground reach the relay. */
  relayUrl: string;
  /** Where people reach this server. */
  publicUrl: URL;
  arrival: ArrivalTimeouts;
  brand: BrandProfile;
  logLevel: z.output<typeof logLevel>;
}

/**
 * The web's settings, from environment variables.
 * @throws {SettingsError} naming each wrong variable.
 */
export function readWebSettings(
  env: Readonly<Record<string, string | undefined>> = process.env,
): WebSettings {
  const given = readSettings(schema, env);
  const { WEIR_PUBLIC_WEB_URL, WEIR_PUBLIC_RELAY_URL } = given;
  requireHttps(given, { WEIR_PUBLIC_WEB_URL, WEIR_PUBLIC_RELAY_URL });
  return {
    port: given.WEB_PORT,
    host: given.WEIR_LISTEN_HOST,
    apiUrl: given.WEIR_API_URL ?? `http://127.0.0.1:${given.API_PORT}`,
    relayUrl: given.WEIR_PUBLIC_RELAY_URL ?? `http://127.0.0.1:${given.RELAY_PORT}`,
    publicUrl: new URL(given.WEIR_PUBLIC_WEB_URL ?? `http://127.0.0.1:${given.WEB_PORT}`),
    arrival: { headersMs: given.WEIR_HEADERS_TIMEOUT_MS, requestMs: given.WEIR_REQUEST_TIMEOUT_MS },
    brand: loadBrand(given),
    logLevel: given.LOG_LEVEL,
  };
}

let read: WebSettings | undefined;

/** The settings of this process, read once. */
export function settings(): WebSettings {
  return (read ??= readWebSettings());
}
