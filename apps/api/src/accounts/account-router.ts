import { z } from 'zod';
import { accountProcedure, router } from '../trpc.ts';
import type { BalanceView } from './balance-view.ts';
import { findBalance } from './find-balance.ts';
import type { MovementsView, StatementView } from '../ledger/ledger-view.ts';

const day = z.iso.date('is no day like 2026-11-22').optional();

export const accountRouter = router({
  balance: accountProcedure.query(({ ctx }): Promise<BalanceView> =>
    findBalance(ctx.database.db, ctx.accountId),
  ),

  /** What the balance comes from, and whether it adds up. Reads the account's requests. */
  statement: accountProcedure.query(({ ctx }): Promise<StatementView> =>
    ctx.ledgerChecks.statement(ctx.accountId),
  ),

  /** Every movement of the balance in days of UTC, both included. Reads the account's requests. */
  movements: accountProcedure
    .input(z.object({ fromDay: day, toDay: day }).prefault({}))
    .query(({ ctx, input }): Promise<MovementsView> =>
      ctx.ledgerChecks.movements({ ...input, accountId: ctx.accountId }),
    ),
});
