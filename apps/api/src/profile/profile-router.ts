import { users } from '@weir/db/schema';
import { eq } from 'drizzle-orm';
import type { MeView } from '../auth/auth-view.ts';
import { findMe } from '../auth/find-me.ts';
import { linkInput } from '../auth/auth-inputs.ts';
import { publicProcedure, router, sessionProcedure } from '../trpc.ts';
import { changePassword } from './change-password.ts';
import { beginEmailChange, confirmEmailChange, undoEmailChange } from './change-email.ts';
import {
  changeEmailInput,
  changePasswordInput,
  confirmEmailInput,
  updateProfileInput,
} from './profile-inputs.ts';

export const profileRouter = router({
  update: sessionProcedure.input(updateProfileInput).mutation(async ({ ctx, input }): Promise<MeView> => {
    const { db } = ctx.database;
    await db.update(users).set({ username: input.username }).where(eq(users.id, ctx.session.userId));
    return findMe(db, ctx.session.userId);
  }),

  changePassword: sessionProcedure
    .input(changePasswordInput)
    .mutation(async ({ ctx, input }): Promise<{ ok: true }> => {
      await changePassword(ctx, ctx.session, input);
      return { ok: true };
    }),

  /** Mails a code to the new address. Answers the same for an address that has an account. */
  changeEmail: sessionProcedure
    .input(changeEmailInput)
    .mutation(async ({ ctx, input }): Promise<{ changeId: string }> => ({
      changeId: await beginEmailChange(ctx, ctx.clientAddress, ctx.session, input),
    })),

  confirmEmail: sessionProcedure
    .input(confirmEmailInput)
    .mutation(async ({ ctx, input }): Promise<MeView> => {
      await confirmEmailChange(ctx, ctx.clientAddress, ctx.session, input);
      return findMe(ctx.database.db, ctx.session.userId);
    }),

  undoEmailChange: publicProcedure
    .input(linkInput)
    .mutation(async ({ ctx, input }): Promise<{ ok: true }> => {
      await undoEmailChange(ctx, ctx.clientAddress, input.token);
      return { ok: true };
    }),
});
