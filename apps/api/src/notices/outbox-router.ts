import { WeirError } from '@weir/core/errors';
import { mails } from '@weir/db/schema';
import { desc, isNotNull } from 'drizzle-orm';
import { router, staffProcedure } from '../trpc.ts';
import { openMail } from './mail-post.ts';

const MAILS_MAX = 100;

export interface OutboxMail {
  mailId: string;
  recipient: string;
  subject: string;
  text: string;
  /** ISO 8601. */
  createdAt: string;
}

export const outboxRouter = router({
  /** Mail of the last 24 hours that no mail server took, since none is configured. Its codes and links let people in. */
  list: staffProcedure('owner', 'admin').query(async ({ ctx }): Promise<{ items: OutboxMail[] }> => {
    if (ctx.hasMailServer)
      throw new WeirError('not_found', 'Mail is sent by a mail server: there is no outbox.');
    const rows = await ctx.database.db
      .select()
      .from(mails)
      .where(isNotNull(mails.sealedText))
      .orderBy(desc(mails.id))
      .limit(MAILS_MAX);
    return {
      items: rows.map(({ id, recipient, sealedText, createdAt }) => ({
        mailId: id,
        recipient,
        ...openMail(ctx.secrets, id, sealedText ?? ''),
        createdAt: createdAt.toISOString(),
      })),
    };
  }),
});
