import { sealTicket } from '../export/export-ticket.ts';
import type { TicketView } from '../export/ticket-view.ts';
import { router, staffProcedure } from '../trpc.ts';
import { auditLawfulExport } from './audit-lawful-export.ts';
import { listLegalHolds, placeLegalHold, releaseLegalHold } from './legal-holds.ts';
import { legalInput } from './legal-inputs.ts';
import type { LegalHoldView } from './legal-view.ts';

const ownerProcedure = staffProcedure('owner');

/** For owners: what courts and authorities may ask for. Each action is audited. */
export const legalRouter = router({
  holds: ownerProcedure.query(({ ctx }): Promise<LegalHoldView[]> => listLegalHolds(ctx.database.db)),

  hold: ownerProcedure.input(legalInput).mutation(async ({ ctx, input }): Promise<{ ok: true }> => {
    await placeLegalHold(ctx.database.db, ctx.actor, input);
    return { ok: true };
  }),

  release: ownerProcedure.input(legalInput).mutation(async ({ ctx, input }): Promise<{ ok: true }> => {
    await releaseLegalHold(ctx.database.db, ctx.actor, input);
    return { ok: true };
  }),

  /** Good for one download of what is held about an account; the asking is what is audited. */
  export: ownerProcedure.input(legalInput).mutation(async ({ ctx, input }): Promise<TicketView> => {
    await auditLawfulExport(ctx.database.db, ctx.actor, input);
    return sealTicket(ctx.secrets, { accountId: input.accountId, scope: 'lawful' });
  }),
});
