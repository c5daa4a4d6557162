import { accountProcedure, router } from '../trpc.ts';
import type { BalanceView } from './balance-view.ts';
import { findBalance } from './find-balance.ts';
import type { StatementView } from '../ledger/ledger-view.ts';

export const accountRouter = router({
  balance: accountProcedure.query(({ ctx }): Promise<BalanceView> =>
    findBalance(ctx.database.db, ctx.accountId),
  ),

  /** What the balance comes from, and whether it adds up. Reads the account's requests. */
  statement: accountProcedure.query(({ ctx }): Promise<StatementView> =>
    ctx.ledgerChecks.statement(ctx.accountId),
  ),
});
