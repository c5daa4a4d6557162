import { WeirError } from '@weir/core/errors';
import { z } from 'zod';
import { audited } from '../audit/write-audit.ts';
import type { Context } from '../context.ts';
import { recentStaffProcedure, router, staffProcedure } from '../trpc.ts';
import { listMails, readMail } from './outbox.ts';
import type { OpenedMail, OutboxMail } from './outbox-view.ts';

const mailInput = z.object({
  mailId: z.string().regex(/^mai_[0-9a-z]{26}$/, 'Write the id of a mail, mai_ and 26 letters and digits.'),
});

/** Mail of the last 24 hours that no mail server took, since none is configured. */
export const outboxRouter = router({
  list: staffProcedure('owner', 'admin').query(async ({ ctx }): Promise<{ items: OutboxMail[] }> => {
    requireOutbox(ctx);
    return { items: await listMails(ctx.database.db, ctx.secrets) };
  }),

  /** Whoever reads a code or a link can be the person that it is for: so an owner alone does, and it stays in the log. */
  read: recentStaffProcedure('owner')
    .input(mailInput)
    .mutation(async ({ ctx, input }): Promise<OpenedMail> => {
      requireOutbox(ctx);
      return audited(ctx.database.db, ctx.actor, ({ db }) => readMail(db, ctx.secrets, input.mailId));
    }),
});

function requireOutbox({ hasMailServer }: Pick<Context, 'hasMailServer'>): void {
  if (hasMailServer) throw new WeirError('not_found', 'Mail is sent by a mail server: there is no outbox.');
}
