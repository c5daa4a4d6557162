import { addressGroup } from '@weir/settings/address-group';
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
import { requirePhonesTaken } from '../profile/require-phones-taken.ts';
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
import type { MeView, SessionView, SignInView, SignUpView } from './auth-view.ts';
import { findMe } from './find-me.ts';
import { openSession } from './open-session.ts';
import { reauthenticate } from './reauthenticate.ts';
import { redeemLink } from './one-time-link.ts';
import { requestRecovery, resetPassword } from './recovery.ts';
import { signIn } from './sign-in.ts';
import { beginSignUp, confirmSignUp, resendSignUpCode } from './sign-up.ts';
import { startSignIn } from './start-sign-in.ts';

export const authRouter = router({
  /** Mails a code; the account is made by `confirmSignUp`. Answers the same for an address that has an account. */
  signUp: publicProcedure.input(signUpInput).mutation(async ({ ctx, input }): Promise<SignUpView> => {
    if (input.phone !== undefined) requirePhonesTaken(ctx.settings.brand);
    return { signUpId: await beginSignUp(ctx, ctx.clientAddress, input) };
  }),

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
      return openSession(ctx, userId);
    }),

  signIn: publicProcedure.input(signInInput).mutation(async ({ ctx, input }): Promise<SignInView> => {
    const { userId } = await signIn(ctx, ctx.clientAddress, input);
    return startSignIn(ctx, userId);
  }),

  signInWithLink: publicProcedure.input(linkInput).mutation(async ({ ctx, input }): Promise<SignInView> => {
    await ctx.attempts.count('proof_address', addressGroup(ctx.clientAddress));
    const { userId } = await redeemLink(ctx.database.db, 'sign_in', input.token);
    return startSignIn(ctx, userId);
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
  passkeyOptions: publicProcedure.mutation(async ({ ctx }): Promise<PasskeyRequestView> => {
    await ctx.attempts.count('sign_in_address', addressGroup(ctx.clientAddress));
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
