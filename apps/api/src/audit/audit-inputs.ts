import { z } from 'zod';
import { cursorOf, pageLimit } from '../page.ts';
import { AUDIT_ACTIONS } from './audit-actions.ts';

const EXPORT_LINES_MAX = 1_000;

const text = z
  .string()
  .trim()
  .max(254, 'has more than 254 characters')
  .regex(/^\P{Cc}*$/u, 'has control characters');

const filters = {
  action: z.enum(AUDIT_ACTIONS, 'is no action of the log').optional(),
  /** A person's id or e-mail, or whom the command line was run by. */
  actor: text.optional(),
  /** The id of what something was done to, or of the account that it concerns. */
  target: text.optional(),
  /** From this time on, and before that one; ISO 8601. */
  since: z.iso.datetime('is no time like 2027-01-31T08:30:00Z').optional(),
  until: z.iso.datetime('is no time like 2027-01-31T08:30:00Z').optional(),
  cursor: cursorOf('aud').optional(),
};

export const auditListInput = z.object({ ...filters, limit: pageLimit }).prefault({});

export const auditExportInput = z
  .object({
    ...filters,
    limit: z
      .number()
      .int()
      .min(1, 'is below 1')
      .max(EXPORT_LINES_MAX, 'is above 1,000')
      .default(EXPORT_LINES_MAX),
  })
  .prefault({});

export type AuditListInput = z.output<typeof auditListInput>;
