import { accountProcedure, router } from '../trpc.ts';
import { findRequest, listRequests } from './list-requests.ts';
import { summariseUsage } from './summarise-usage.ts';
import { usageGetInput, usageListInput, usageSummaryInput } from './usage-inputs.ts';
import type { UsagePage, UsageRow, UsageSummary } from './usage-view.ts';

export const usageRouter = router({
  summary: accountProcedure
    .input(usageSummaryInput)
    .query(({ ctx, input }): Promise<UsageSummary> => summariseUsage(ctx.database.db, ctx.accountId, input)),

  list: accountProcedure
    .input(usageListInput)
    .query(({ ctx, input }): Promise<UsagePage> => listRequests(ctx.database.db, ctx.accountId, input)),

  get: accountProcedure
    .input(usageGetInput)
    .query(({ ctx, input }): Promise<UsageRow> =>
      findRequest(ctx.database.db, ctx.accountId, input.requestId),
    ),
});
