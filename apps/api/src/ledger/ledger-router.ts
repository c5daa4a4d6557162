import { writeAudit } from '../audit/write-audit.ts';
import { ANY_STAFF } from '../staff/staff-role.ts';
import { router, staffProcedure } from '../trpc.ts';
import type { LedgerCheckView } from './ledger-view.ts';

/** For the staff. */
export const ledgerRouter = router({
  /**
   * Checks the whole ledger, which takes as long as reading all requests does. It changes nothing; it is a mutation so
   * that no client begins it ahead, again, or together with other calls.
   */
  verify: staffProcedure(...ANY_STAFF).mutation(async ({ ctx }): Promise<LedgerCheckView> => {
    const view = await ctx.ledgerChecks.verify();
    const { ok, accounts, keys } = view;
    await writeAudit(ctx.database.db, ctx.actor, { action: 'ledger.verify', after: { ok, accounts, keys } });
    return view;
  }),
});
