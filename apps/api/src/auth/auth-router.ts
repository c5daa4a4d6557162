import {
  passkeySignInInput,
  pendingCodeInput,
  pendingInput,
  pendingPasskeyInput,
  reauthenticateInput,
} from '../second-factor/second-factor-inputs.ts';
import { checkCode } from '../second-factor/check-code.ts';
import { requestOptions } from '../second-factor/passkey-options.ts';
import type { PasskeyRequestView } from '../second-factor/passkey-view.ts';
import { endPendingSignIn, findPendingSignIn, takePendingTry } from '../second-factor/pending-sign-in.ts';
import { relyingParty } from '../second-factor/relying-party.ts';
import { verifyPasskey } from '../second-factor/verify-passkey.ts';
import { publicProcedure, router, sessionProcedure } from '../trpc.ts';
import { linkInput, signInInput, signUpInput } from './auth-inputs.ts';
import type { MeView, SessionView, SignInView } from './auth-view.ts';
import { checkPassword } from './check-password.ts';
import { findMe } from './find-me.ts';
import { openSession } from './open-session.ts';
import { reauthenticate } from './reauthenticate.ts';
import { redeemSignInLink } from './sign-in-link.ts';
import { signUp } from './sign-up.ts';
import { startSignIn } from './start-sign-in.ts';

export const authRouter = router({
  signUp: publicProcedure.input(signUpInput).mutation(async ({ ctx, input }): Promise<SessionView> => {
    const { userId } = await signUp(ctx.database.db, input);
    return openSession(ctx, userId);
  }),

  signIn: publicProcedure.input(signInInput).mutation(async ({ ctx, input }): Promise<SignInView> => {
    const { userId } = await checkPassword(ctx.database.db, input);
    return startSignIn(ctx, userId);
  }),

  signInWithLink: publicProcedure.input(linkInput).mutation(async ({ ctx, input }): Promise<SignInView> => {
    const { userId } = await redeemSignInLink(ctx.database.db, input.token);
    return startSignIn(ctx, userId);
  }),

  /** The second step of a sign-in, by a code. */
  finishWithCode: publicProcedure
    .input(pendingCodeInput)
    .mutation(async ({ ctx, input: { pendingToken, code } }): Promise<SessionView> => {
      const { userId } = await takePendingTry(ctx.database.db, pendingToken);
      await checkCode(ctx, userId, code);
      await endPendingSignIn(ctx.database.db, pendingToken);
      return openSession(ctx, userId);
    }),

  /** What a browser needs to take the second step by a passkey. */
  finishOptions: publicProcedure
    .input(pendingInput)
    .mutation(async ({ ctx, input }): Promise<PasskeyRequestView> => {
      const { userId } = await findPendingSignIn(ctx.database.db, input.pendingToken);
      const party = relyingParty(ctx.settings.WEIR_PUBLIC_WEB_URL);
      return requestOptions(ctx.database.db, party, { purpose: 'second_factor', userId });
    }),

  finishWithPasskey: publicProcedure
    .input(pendingPasskeyInput)
    .mutation(async ({ ctx, input: { pendingToken, passkey } }): Promise<SessionView> => {
      const { userId } = await takePendingTry(ctx.database.db, pendingToken);
      const party = relyingParty(ctx.settings.WEIR_PUBLIC_WEB_URL);
      await verifyPasskey(ctx.database.db, party, { purpose: 'second_factor', userId }, passkey);
      await endPendingSignIn(ctx.database.db, pendingToken);
      return openSession(ctx, userId);
    }),

  /** What a browser needs to sign somebody in by a passkey alone. */
  passkeyOptions: publicProcedure.mutation(({ ctx }): Promise<PasskeyRequestView> => {
    const party = relyingParty(ctx.settings.WEIR_PUBLIC_WEB_URL);
    return requestOptions(ctx.database.db, party, { purpose: 'sign_in' });
  }),

  signInWithPasskey: publicProcedure
    .input(passkeySignInInput)
    .mutation(async ({ ctx, input }): Promise<SessionView> => {
      const party = relyingParty(ctx.settings.WEIR_PUBLIC_WEB_URL);
      const { userId } = await verifyPasskey(ctx.database.db, party, { purpose: 'sign_in' }, input.passkey);
      return openSession(ctx, userId);
    }),

  reauthenticationOptions: sessionProcedure.mutation(({ ctx }): Promise<PasskeyRequestView> => {
    const { userId } = ctx.session;
    const party = relyingParty(ctx.settings.WEIR_PUBLIC_WEB_URL);
    return requestOptions(ctx.database.db, party, { purpose: 'reauthenticate', userId });
  }),

  reauthenticate: sessionProcedure
    .input(reauthenticateInput)
    .mutation(({ ctx, input }): Promise<SessionView> => reauthenticate(ctx, ctx.session, input)),

  signOut: sessionProcedure.mutation(async ({ ctx }): Promise<{ ok: true }> => {
    await ctx.sessions.end(ctx.session.sessionToken);
    return { ok: true };
  }),

  me: sessionProcedure.query(({ ctx }): Promise<MeView> => findMe(ctx, ctx.session.userId)),
});
