import { accountProcedure, router } from '../trpc.ts';
import type { BalanceView } from './balance-view.ts';
import { findBalance } from './find-balance.ts';

export const accountRouter = router({
  balance: accountProcedure.query(({ ctx }): Promise<BalanceView> =>
    findBalance(ctx.database.db, ctx.accountId),
  ),
});
