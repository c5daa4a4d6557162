import { KEY_SCOPES } from '@weir/core/key-scopes';
import { isModelPattern } from '@weir/core/model-patterns';
import { isAddressRange } from '@weir/settings/address-ranges';
import { z } from 'zod';
import { NO_PAYMENT_DATA } from '../no-payment-data.ts';
import { cursorOf, pageLimit } from '../page.ts';

export const keyName = z
  .string('Give the key a name.')
  .trim()
  .min(1, 'Give the key a name.')
  .max(64, 'A key’s name has at most 64 characters.')
  .regex(/^\P{Cc}*$/u, 'A key’s name has no control characters.')
  .refine(...NO_PAYMENT_DATA);

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
    .array(
      z
        .string()
        .regex(/^[a-z0-9][a-z0-9._-]{0,31}$/, `is no ${what}`)
        .refine(...NO_PAYMENT_DATA),
    )
    .min(1, `names no ${what}`)
    .max(50, `names more than 50 ${what}s`)
    .nullable()
    .optional();

/** Models and addresses of one key: each call of it may look at all of them. */
const LIST_MAX = 50;

/** An empty list is none: a key that may do nothing at all is a disabled one. */
const listOf = (item: z.ZodType<string>) =>
  z
    .array(item)
    .max(LIST_MAX, `has more than ${LIST_MAX} entries`)
    .transform((items) => (items.length === 0 ? null : [...new Set(items)]))
    .nullable()
    .optional();

const wholeLimit = (max: number) =>
  z
    .number()
    .int('is no whole number')
    .min(1, 'is below 1')
    .max(max, `is above ${max.toLocaleString('en')}`)
    .nullable()
    .optional();

const modelPattern = z
  .string()
  .trim()
  .refine(isModelPattern, 'is no model and no pattern like "openai/*"')
  .refine(...NO_PAYMENT_DATA);

const addressRange = z
  .string()
  .trim()
  .refine(isAddressRange, 'is no address and no range like "203.0.113.0/24" or "2001:db8::/32"');

export const KEY_RATES_MAX = { requestsPerMinuteMax: 1_000_000, tokensPerMinuteMax: 1_000_000_000 } as const;

/** How long a rotation's old secret may go on working. */
export const OVERLAP_HOURS_MAX = 7 * 24;

const limits = {
  scopes: keyScopes.optional(),
  vendors: names('vendor'),
  regions: names('region'),
  disconnectPolicy: z.enum(['cancel', 'drain'], 'is neither cancel nor drain').optional(),
  budgets: z
    .object({ totalNanoUsd: budget, dayNanoUsd: budget, weekNanoUsd: budget, monthNanoUsd: budget })
    .optional(),
  concurrencyMax: wholeLimit(10_000),
  requestsPerMinuteMax: wholeLimit(KEY_RATES_MAX.requestsPerMinuteMax),
  tokensPerMinuteMax: wholeLimit(KEY_RATES_MAX.tokensPerMinuteMax),
  models: listOf(modelPattern),
  addresses: listOf(addressRange),
  expiresAt: z.iso
    .datetime({ offset: true, error: 'is no time like "2027-01-31T08:30:00Z"' })
    .transform((text) => new Date(text))
    .refine((at) => at.getTime() > Date.now(), 'is over already; to stop a key, disable it')
    .nullable()
    .optional(),
};

export const createKeyInput = z.object({ name: keyName, ...limits });
/** What is left out stays as it is; null takes a limit away. */
export const updateKeyInput = z.object({
  keyId,
  name: keyName.optional(),
  disabled: z.boolean().optional(),
  ...limits,
});
export const rotateKeyInput = z.object({
  keyId,
  overlapHours: z
    .number()
    .int('is no whole number')
    .min(0, 'is below 0')
    .max(OVERLAP_HOURS_MAX, `is above ${OVERLAP_HOURS_MAX}, which are 7 days`)
    .default(24),
});
export const endOverlapInput = z.object({ keyId });
export const revokeKeyInput = z.object({ keyId, cutRunning: z.boolean().default(false) });
export const listKeysInput = z.object({ cursor: cursorOf('key').optional(), limit: pageLimit }).prefault({});
