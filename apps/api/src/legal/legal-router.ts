import { sealTicket } from '../export/export-ticket.ts';
import type { TicketView } from '../export/ticket-view.ts';
import { router, staffProcedure } from '../trpc.ts';
import type { Actor } from '../audit/actor.ts';
import type { StaffRole } from '../staff/staff-role.ts';
import { auditLawfulExport } from './audit-lawful-export.ts';
import { listLegalHolds, placeLegalHold, releaseLegalHold } from './legal-holds.ts';
import { legalInput } from './legal-inputs.ts';
import type { LegalHoldView } from './legal-view.ts';

const ownerProcedure = staffProcedure('owner');

const actorOf = (ctx: { session: { userId: string }; staffRole: StaffRole }): Actor => ({
  kind: 'staff',
  id: ctx.session.userId,
  role: ctx.staffRole,
});

/** For owners: what courts and authorities may ask for. Each action is audited. */
export const legalRouter = router({
  holds: ownerProcedure.query(({ ctx }): Promise<LegalHoldView[]> => listLegalHolds(ctx.database.db)),

  hold: ownerProcedure.input(legalInput).mutation(async ({ ctx, input }): Promise<{ ok: true }> => {
    await placeLegalHold(ctx.database.db, actorOf(ctx), input);
    return { ok: true };
  }),

  release: ownerProcedure.input(legalInput).mutation(async ({ ctx, input }): Promise<{ ok: true }> => {
    await releaseLegalHold(ctx.database.db, actorOf(ctx), input);
    return { ok: true };
  }),

  /** Good for one download of what is held about an account; the asking is what is audited. */
  export: ownerProcedure.input(legalInput).mutation(async ({ ctx, input }): Promise<TicketView> => {
    await auditLawfulExport(ctx.database.db, actorOf(ctx), input);
    return sealTicket(ctx.secrets, { accountId: input.accountId, scope: 'lawful' });
  }),
});
