import { router, staffProcedure } from '../trpc.ts';
import type { LedgerCheckView } from './ledger-view.ts';

/** For the staff. */
export const ledgerRouter = router({
  /**
   * Checks the whole ledger, which takes as long as reading all requests does. It changes nothing; it is a mutation so
   * that no client begins it ahead, again, or together with other calls.
   */
  verify: staffProcedure().mutation(({ ctx }): Promise<LedgerCheckView> => ctx.ledgerChecks.verify()),
});
