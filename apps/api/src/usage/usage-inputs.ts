import { z } from 'zod';
import { keyId } from '../keys/key-inputs.ts';
import { cursorOf, pageLimit } from '../page.ts';

/** An IANA name such as `Europe/Paris`; offsets such as `+02:00` are no names. */
const timeZone = z
  .string()
  .regex(/^[A-Za-z]/, 'is no time zone; write it like Europe/Paris')
  .refine(isKnownTimeZone, 'is no time zone; write it like Europe/Paris')
  .default('UTC');

const modelId = z
  .string()
  .max(200, 'is no model id')
  .regex(/^\P{Cc}*$/u, 'is no model id');

export const usageSummaryInput = z
  .object({ days: z.number().int().min(1, 'is below 1').max(90, 'is above 90').default(30), timeZone })
  .prefault({});

export const usageListInput = z
  .object({
    cursor: cursorOf('req').optional(),
    limit: pageLimit,
    keyId: keyId.optional(),
    modelId: modelId.optional(),
    outcome: z.enum(['ok', 'client_closed', 'failed']).optional(),
  })
  .prefault({});

export type UsageListInput = z.output<typeof usageListInput>;

export const usageGetInput = z.object({
  requestId: z
    .string()
    .max(64, 'is no request id')
    .regex(/^\P{Cc}*$/u, 'is no request id'),
});

function isKnownTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name }).format();
    return true;
  } catch {
    return false;
  }
}
