import { sealTicket } from '../export/export-ticket.ts';
import type { TicketView } from '../export/ticket-view.ts';
import { recentStaffProcedure, router, staffProcedure } from '../trpc.ts';
import { auditLawfulExport } from './audit-lawful-export.ts';
import { listLegalHolds, placeLegalHold, releaseLegalHold } from './legal-holds.ts';
import { legalInput } from './legal-inputs.ts';
import type { LegalHoldView } from './legal-view.ts';

const recentOwnerProcedure = recentStaffProcedure('owner');

/** For owners: what courts and authorities may ask for. Each action is audited. */
export const legalRouter = router({
  holds: staffProcedure('owner').query(({ ctx }): Promise<LegalHoldView[]> =>
    listLegalHolds(ctx.database.db),
  ),

  hold: recentOwnerProcedure.input(legalInput).mutation(async ({ ctx, input }): Promise<{ ok: true }> => {
    await placeLegalHold(ctx.database.db, ctx.actor, input);
    return { ok: true };
  }),

  release: recentOwnerProcedure.input(legalInput).mutation(async ({ ctx, input }): Promise<{ ok: true }> => {
    await releaseLegalHold(ctx.database.db, ctx.actor, input);
    return { ok: true };
  }),

  /** Good for some minutes of downloading what is held about an account; the asking is what is audited. */
  export: recentOwnerProcedure.input(legalInput).mutation(async ({ ctx, input }): Promise<TicketView> => {
    await auditLawfulExport(ctx.database.db, ctx.actor, input);
    return sealTicket(ctx, { accountId: input.accountId, scope: 'lawful' });
  }),
});
