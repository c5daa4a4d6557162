import { audited } from '../audit/write-audit.ts';
import { ANY_STAFF } from '../staff/staff-role.ts';
import { router, staffProcedure } from '../trpc.ts';
import { changeConcurrency, changeGroup } from './change-account.ts';
import { findAccount, listAccounts } from './console-accounts.ts';
import { getAccountInput, listAccountsInput, setConcurrencyInput, setGroupInput } from './console-inputs.ts';
import type { ConsoleAccountPage, ConsoleAccountView } from './console-view.ts';

/** Accounts, for the staff: what is known of them, and what an operator decides. */
export const consoleAccountsRouter = router({
  list: staffProcedure(...ANY_STAFF)
    .input(listAccountsInput)
    .query(({ ctx, input }): Promise<ConsoleAccountPage> => listAccounts(ctx.database.db, input)),

  get: staffProcedure(...ANY_STAFF)
    .input(getAccountInput)
    .query(({ ctx, input }): Promise<ConsoleAccountView> => findAccount(ctx.database.db, input.accountId)),

  /** A group decides what the account pays. */
  setGroup: staffProcedure('owner', 'admin', 'finance')
    .input(setGroupInput)
    .mutation(({ ctx, input }): Promise<{ ok: true }> =>
      audited(ctx.database.db, ctx.actor, async ({ db }) => {
        const done = await changeGroup(db, input.accountId, input.groupId);
        return { result: OK, done };
      }),
    ),

  setConcurrency: staffProcedure('owner', 'admin', 'support')
    .input(setConcurrencyInput)
    .mutation(({ ctx, input }): Promise<{ ok: true }> =>
      audited(ctx.database.db, ctx.actor, async ({ db }) => {
        const done = await changeConcurrency(db, input.accountId, input.concurrencyMax);
        return { result: OK, done };
      }),
    ),
});

const OK = { ok: true } as const;
