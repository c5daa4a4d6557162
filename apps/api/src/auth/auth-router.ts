import { requirePhonesTaken } from '../profile/require-phones-taken.ts';
import { publicProcedure, router, sessionProcedure } from '../trpc.ts';
import { linkInput, signInInput, signUpInput } from './auth-inputs.ts';
import type { MeView, SessionView } from './auth-view.ts';
import type { NewSession } from './lucia.ts';
import { findMe } from './find-me.ts';
import { checkPassword } from './check-password.ts';
import { redeemSignInLink } from './sign-in-link.ts';
import { signUp } from './sign-up.ts';

export const authRouter = router({
  signUp: publicProcedure.input(signUpInput).mutation(async ({ ctx, input }): Promise<SessionView> => {
    if (input.phone !== undefined) requirePhonesTaken(ctx.brand);
    const { userId } = await signUp(ctx.database.db, input);
    return sessionView(await ctx.sessions.create(userId));
  }),

  signIn: publicProcedure.input(signInInput).mutation(async ({ ctx, input }): Promise<SessionView> => {
    const { userId } = await checkPassword(ctx.database.db, input);
    return sessionView(await ctx.sessions.create(userId));
  }),

  signInWithLink: publicProcedure.input(linkInput).mutation(async ({ ctx, input }): Promise<SessionView> => {
    const { userId } = await redeemSignInLink(ctx.database.db, input.token);
    return sessionView(await ctx.sessions.create(userId));
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
