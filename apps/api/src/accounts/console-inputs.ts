import { z } from 'zod';
import { cursorOf, pageLimit } from '../page.ts';

/** Well-formed or not, an id that names nothing is `not_found`. */
const accountId = z
  .string()
  .max(64, 'is no account id')
  .regex(/^\P{Cc}*$/u, 'is no account id');

const CONCURRENCY_MAX = 1_000_000;

export const listAccountsInput = z
  .object({
    /** An account's id, or a part of its holder's e-mail or user name. */
    search: z.string().trim().max(254, 'is longer than any e-mail').optional(),
    cursor: cursorOf('acc').optional(),
    limit: pageLimit,
  })
  .prefault({});

export type ListAccountsInput = z.output<typeof listAccountsInput>;

export const getAccountInput = z.object({ accountId });

/** Null takes the account out of its group. */
export const setGroupInput = z.object({ accountId, groupId: z.string().max(32, 'is no group').nullable() });

/** Null takes the limit away. */
export const setConcurrencyInput = z.object({
  accountId,
  concurrencyMax: z
    .number()
    .int('is no whole number')
    .min(1, 'is below 1')
    .max(CONCURRENCY_MAX, 'is above 1,000,000')
    .nullable(),
});
