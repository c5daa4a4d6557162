import { z } from 'zod';
import { email } from '../auth/auth-inputs.ts';
import type { TicketView } from '../export/ticket-view.ts';
import { sealTicket } from '../export/export-ticket.ts';
import { recentlyAuthenticatedProcedure, router, sessionProcedure } from '../trpc.ts';
import { cancelDeletion } from './cancel-deletion.ts';
import type { DeletionView } from './deletion-view.ts';
import type { FinalStatementView } from './final-statement-view.ts';
import { findFinalStatement } from './find-final-statement.ts';
import { requestDeletion } from './request-deletion.ts';

/** Taking one's data along, and leaving. */
export const leavingRouter = router({
  /** Good for some minutes of downloading everything that is held about the account. */
  export: recentlyAuthenticatedProcedure.mutation(({ ctx }): TicketView =>
    sealTicket(ctx, { accountId: ctx.session.accountId, scope: 'own' }),
  ),

  /** What was paid, spent and is left: the mail that confirms a deletion has the same. */
  finalStatement: sessionProcedure.query(({ ctx }): Promise<FinalStatementView> =>
    findFinalStatement(ctx.database.db, ctx.session.accountId),
  ),

  requestDeletion: recentlyAuthenticatedProcedure
    .input(z.object({ confirmation: email }))
    .mutation(({ ctx, input }): Promise<DeletionView> =>
      requestDeletion(ctx.database.db, ctx.session, {
        ...input,
        graceDays: ctx.settings.WEIR_DELETION_GRACE_DAYS,
      }),
    ),

  cancelDeletion: sessionProcedure.mutation(async ({ ctx }): Promise<{ ok: true }> => {
    await cancelDeletion(ctx.database.db, ctx.session.accountId);
    return { ok: true };
  }),
});
