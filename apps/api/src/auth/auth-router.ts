import { publicProcedure, router, sessionProcedure } from '../trpc.ts';
import {
  confirmSignUpInput,
  linkInput,
  requestRecoveryInput,
  resendSignUpCodeInput,
  resetPasswordInput,
  signInInput,
  signUpInput,
} from './auth-inputs.ts';
import type { MeView, SessionView, SignUpView } from './auth-view.ts';
import type { NewSession } from './lucia.ts';
import { findMe } from './find-me.ts';
import { redeemLink } from './one-time-link.ts';
import { requestRecovery, resetPassword } from './recovery.ts';
import { signIn } from './sign-in.ts';
import { beginSignUp, confirmSignUp, resendSignUpCode } from './sign-up.ts';

export const authRouter = router({
  /** Mails a code; the account is made by `confirmSignUp`. Answers the same for an address that has an account. */
  signUp: publicProcedure.input(signUpInput).mutation(async ({ ctx, input }): Promise<SignUpView> => ({
    signUpId: await beginSignUp(ctx, ctx.clientAddress, input),
  })),

  resendSignUpCode: publicProcedure
    .input(resendSignUpCodeInput)
    .mutation(async ({ ctx, input }): Promise<{ ok: true }> => {
      await resendSignUpCode(ctx, ctx.clientAddress, input);
      return { ok: true };
    }),

  confirmSignUp: publicProcedure
    .input(confirmSignUpInput)
    .mutation(async ({ ctx, input }): Promise<SessionView> => {
      const { userId } = await confirmSignUp(ctx, ctx.clientAddress, input);
      return sessionView(await ctx.sessions.create(userId));
    }),

  signIn: publicProcedure.input(signInInput).mutation(async ({ ctx, input }): Promise<SessionView> => {
    const { userId } = await signIn(ctx, ctx.clientAddress, input);
    return sessionView(await ctx.sessions.create(userId));
  }),

  signInWithLink: publicProcedure.input(linkInput).mutation(async ({ ctx, input }): Promise<SessionView> => {
    const { userId } = await redeemLink(ctx.database.db, 'sign_in', input.token);
    return sessionView(await ctx.sessions.create(userId));
  }),

  /** Mails a link for a new password. Answers the same for an address that nobody has. */
  requestRecovery: publicProcedure
    .input(requestRecoveryInput)
    .mutation(async ({ ctx, input }): Promise<{ ok: true }> => {
      await requestRecovery(ctx, ctx.clientAddress, input);
      return { ok: true };
    }),

  resetPassword: publicProcedure
    .input(resetPasswordInput)
    .mutation(async ({ ctx, input }): Promise<{ ok: true }> => {
      await resetPassword(ctx, ctx.clientAddress, input);
      return { ok: true };
    }),

  signOut: sessionProcedure.mutation(async ({ ctx }): Promise<{ ok: true }> => {
    await ctx.sessions.end(ctx.session.sessionToken);
    return { ok: true };
  }),

  me: sessionProcedure.query(({ ctx }): Promise<MeView> => findMe(ctx.database.db, ctx.session.userId)),
});

function sessionView({ sessionToken, expiresAt }: NewSession): SessionView {
  return { sessionToken, expiresAt: expiresAt.toISOString() };
}
