import { resolve } from 'node:path';
import { addressRanges, isAddressRange } from './address-ranges.ts';
import { z } from 'zod';

/** A TCP port, 1–65535. */
export function port(byDefault: number) {
  return z
    .string()
    .regex(/^\d{1,5}$/, 'is not a port number')
    .transform(Number)
    .pipe(z.number().min(1, 'is not a port number').max(65_535, 'is above 65535'))
    .default(byDefault)
    .meta({ example: String(byDefault) });
}

/** A whole number within bounds; what its unit is stands in the variable's name. */
export function wholeNumber(byDefault: number, min: number, max: number) {
  return z
    .string()
    .regex(/^\d{1,15}$/, 'is not a whole number')
    .transform(Number)
    .pipe(z.number().min(min, `is below ${min}`).max(max, `is above ${max}`))
    .default(byDefault)
    .meta({ example: String(byDefault) });
}

/** `WEIR_UNKNOWN_KEYS_PER_MINUTE_MAX`: look-ups of keys that there are not, and as many of sessions, for each address: a typing error needs one, a flood of made-up ones is kept from the database. */
export const unknownKeysPerMinuteMax = wholeNumber(20, 1, 1_000_000);

/** `WEIR_DATA_DIR`: where the embedded database, the generated secret key and `first-start.json` are kept. */
export const dataDir = z
  .string()
  .default('.weir')
  .transform((path) => resolve(process.env['INIT_CWD'] ?? '.', path))
  .meta({ example: '.weir' });

/** `DATABASE_URL`: unset means the embedded Postgres of the data directory. */
export const databaseUrl = z
  .url({ protocol: /^postgres(ql)?$/, error: 'is not a postgres:// URL' })
  .optional()
  .meta({ example: 'postgres://weir:secret@db.internal:5432/weir' });

/** An absolute http(s) URL without a slash at its end. */
export function httpUrl(byDefault?: string) {
  const url = z
    .url({ protocol: /^https?$/, error: 'is not an http:// or https:// URL' })
    .transform((text) => text.replace(/\/+$/, ''));
  return (byDefault === undefined ? url.optional() : url.default(byDefault)).meta({
    example: byDefault ?? 'https://api.example.com',
  });
}

export const logLevel = z
  .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
    error: 'is none of fatal, error, warn, info, debug, trace, silent',
  })
  .default('info')
  .meta({ example: 'info' });

export const nodeEnv = z.string().default('development').meta({ example: 'production' });

/** `WEIR_TRUSTED_PROXIES`: the proxies whose `X-Forwarded-For` is believed; by default nobody's. */
export const trustedProxies = z
  .string()
  .default('')
  .transform((list) => list.split(',').flatMap((item) => item.trim() || []))
  .refine((items) => items.every(isAddressRange), 'is no comma list of addresses or CIDR ranges')
  .transform(addressRanges)
  .meta({ example: '10.0.0.0/8,fd00::/8' });

/** `WEIR_REGION`: where this deployment runs, in a word of the operator's. */
export const region = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9-]{0,31}$/,
    'is no short name of lower-case letters, digits and -, at most 32 of them',
  )
  .optional()
  .meta({ example: 'eu-west-1' });

/** `WEIR_SECRET_KEY`: seals vendor keys at rest; at least 32 characters. */
export const secretKey = z
  .string()
  .min(32, 'has fewer than 32 characters; make one with `openssl rand -base64 32`')
  .optional()
  .meta({ example: '$(openssl rand -base64 32)' });

/** `WEIR_API_TRUSTED_PROXIES`: those whose `X-Forwarded-For` the api believes; `loopback` is the servers beside it. */
export const apiTrustedProxies = z
  .string()
  .default('loopback')
  .transform((list) => list.split(',').flatMap((item) => item.trim() || []))
  .refine(
    (items) => items.every((item) => item === 'loopback' || isAddressRange(item)),
    'has something that is no address and no network',
  )
  .meta({ example: 'loopback,10.0.0.0/8' });
