import { users } from '@weir/db/schema';
import { eq } from 'drizzle-orm';
import type { MeView, SessionView } from '../auth/auth-view.ts';
import { findMe } from '../auth/find-me.ts';
import { linkInput } from '../auth/auth-inputs.ts';
import { sessionView } from '../auth/open-session.ts';
import { publicProcedure, router, sessionProcedure } from '../trpc.ts';
import { changePassword } from './change-password.ts';
import { beginEmailChange, confirmEmailChange, undoEmailChange } from './change-email.ts';
import {
  changeEmailInput,
  changePasswordInput,
  confirmEmailInput,
  setPhoneInput,
  updateProfileInput,
} from './profile-inputs.ts';
import { requirePhonesTaken } from './require-phones-taken.ts';

export const profileRouter = router({
  update: sessionProcedure.input(updateProfileInput).mutation(async ({ ctx, input }): Promise<MeView> => {
    const { db } = ctx.database;
    await db.update(users).set({ username: input.username }).where(eq(users.id, ctx.session.userId));
    return findMe(ctx, ctx.session.userId);
  }),

  setPhone: sessionProcedure.input(setPhoneInput).mutation(async ({ ctx, input }): Promise<MeView> => {
    if (input.phone !== null) requirePhonesTaken(ctx.settings.brand);
    await ctx.database.db.update(users).set({ phone: input.phone }).where(eq(users.id, ctx.session.userId));
    return findMe(ctx, ctx.session.userId);
  }),

  changePassword: sessionProcedure
    .input(changePasswordInput)
    .mutation(async ({ ctx, input }): Promise<SessionView> => {
      await changePassword(ctx, ctx.session, input);
      return sessionView(await ctx.sessions.renew(ctx.session.sessionToken));
    }),

  /** Mails a code to the new address. Answers the same for an address that has an account. */
  changeEmail: sessionProcedure
    .input(changeEmailInput)
    .mutation(async ({ ctx, input }): Promise<{ changeId: string }> => ({
      changeId: await beginEmailChange(ctx, ctx.clientAddress, ctx.session, input),
    })),

  /** The session goes on under a new token. */
  confirmEmail: sessionProcedure
    .input(confirmEmailInput)
    .mutation(async ({ ctx, input }): Promise<SessionView> => {
      await confirmEmailChange(ctx, ctx.clientAddress, ctx.session, input);
      return sessionView(await ctx.sessions.replaceToken(ctx.session.sessionToken));
    }),

  undoEmailChange: publicProcedure
    .input(linkInput)
    .mutation(async ({ ctx, input }): Promise<{ ok: true }> => {
      await undoEmailChange(ctx, ctx.clientAddress, input.token);
      return { ok: true };
    }),
});
