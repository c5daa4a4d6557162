import { z } from 'zod';
import { keyId, keyName, keyScopes } from '../keys/key-inputs.ts';
import type { KeyBudgets } from '../keys/key-limits.ts';
import { LIMIT_RESETS, type KeyLimit } from './key-object.ts';
import { nanoUsdOf } from './usd.ts';

/** Up to a billion US dollars, in nanoUsd. */
const limit = z
  .number('is no number of US dollars')
  .min(0, 'is below 0')
  .max(999_999_999, 'is above 999,999,999')
  .transform(nanoUsdOf)
  .nullable()
  .optional();

/** What may be set of a key. Nobody has keys of their own with a vendor here, so a limit is for all that a key does. */
const settings = {
  limit,
  limit_reset: z
    .enum(LIMIT_RESETS, `is none of ${LIMIT_RESETS.join(', ')}`)
    .nullable()
    .optional(),
  include_byok_in_limit: z.boolean().nullish(),
  /** Ours. */
  scopes: keyScopes.optional(),
};

/** @see https://openrouter.ai/docs/api-reference/api-keys/create-keys */
export const createKeyBody = z.strictObject({
  name: keyName,
  ...settings,
  expires_at: z.iso
    .datetime({ offset: true, error: 'is no time, such as 2030-01-31T00:00:00Z' })
    .transform((text) => new Date(text))
    .refine((time) => time.getTime() > Date.now(), 'is over')
    .nullish(),
});

/** @see https://openrouter.ai/docs/api-reference/api-keys/update-keys */
export const updateKeyBody = z.strictObject({
  name: keyName.optional(),
  ...settings,
  disabled: z.boolean().optional(),
});

export const listKeysQuery = z.object({
  offset: z.coerce.number('is no number').int('is no whole number').min(0).max(1_000_000).optional(),
  include_disabled: z.enum(['true', 'false'], 'is neither true nor false').optional(),
});

export const hashParams = z.object({ hash: keyId });

/** The budget that a limit is; all others are taken away. */
export function budgetsFor({ limitNanoUsd, reset }: KeyLimit): KeyBudgets {
  const of = (period: KeyLimit['reset']) => (period === reset ? limitNanoUsd : null);
  return {
    totalNanoUsd: of(null),
    dayNanoUsd: of('daily'),
    weekNanoUsd: of('weekly'),
    monthNanoUsd: of('monthly'),
  };
}
