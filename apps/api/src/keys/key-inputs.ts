import { KEY_SCOPES } from '@weir/core/key-scopes';
import { z } from 'zod';
import { cursorOf, pageLimit } from '../page.ts';

export const keyName = z
  .string('Give the key a name.')
  .trim()
  .min(1, 'Give the key a name.')
  .max(64, 'A key’s name has at most 64 characters.')
  .regex(/^\P{Cc}*$/u, 'A key’s name has no control characters.');

/** Well-formed or not, an id that names nothing is `not_found`. */
export const keyId = z
  .string()
  .max(64, 'is no key id')
  .regex(/^\P{Cc}*$/u, 'is no key id');

/** Up to a billion US dollars. */
const budget = z
  .string()
  .regex(/^\d{1,18}$/, 'is no whole number of nanoUsd, written like "5000000000" for 5 USD')
  .transform(BigInt)
  .nullable()
  .optional();

export const keyScopes = z
  .array(z.enum(KEY_SCOPES, `is none of ${KEY_SCOPES.join(', ')}`))
  .min(1, 'A key has to be for something.')
  .transform((given) => KEY_SCOPES.filter((scope) => given.includes(scope)));

/** Names of vendors or regions; without any, no call could be served. */
const names = (what: string) =>
  z
    .array(z.string().regex(/^[a-z0-9][a-z0-9._-]{0,31}$/, `is no ${what}`))
    .min(1, `names no ${what}`)
    .max(50, `names more than 50 ${what}s`)
    .nullable()
    .optional();

const limits = {
  scopes: keyScopes.optional(),
  vendors: names('vendor'),
  regions: names('region'),
  disconnectPolicy: z.enum(['cancel', 'drain'], 'is neither cancel nor drain').optional(),
  budgets: z
    .object({ totalNanoUsd: budget, dayNanoUsd: budget, weekNanoUsd: budget, monthNanoUsd: budget })
    .optional(),
  concurrencyMax: z
    .number()
    .int('is no whole number')
    .min(1, 'is below 1')
    .max(10_000, 'is above 10,000')
    .nullable()
    .optional(),
};

export const createKeyInput = z.object({ name: keyName, ...limits });
/** What is left out stays as it is; null takes a limit away. */
export const updateKeyInput = z.object({ keyId, name: keyName.optional(), ...limits });
export const revokeKeyInput = z.object({ keyId });
export const listKeysInput = z.object({ cursor: cursorOf('key').optional(), limit: pageLimit }).prefault({});
