import type { Context } from '../context.ts';
import { findFactors, isOn } from '../second-factor/find-factors.ts';
import { createPendingSignIn } from '../second-factor/pending-sign-in.ts';
import type { SignInView } from './auth-view.ts';
import { openSession } from './open-session.ts';

/**
 * What follows on a password or a link that was right: a session, or, for a person with a second factor, a token that
 * is good for giving that and nothing else.
 */
export async function startSignIn(
  ctx: Pick<Context, 'database' | 'sessions' | 'client'>,
  userId: string,
): Promise<SignInView> {
  const { db } = ctx.database;
  const factors = await findFactors(db, userId);
  if (!isOn(factors)) return { state: 'signed_in', ...(await openSession(ctx, userId)) };
  const { pendingToken, expiresAt } = await createPendingSignIn(db, userId);
  return {
    state: 'second_factor',
    pendingToken,
    expiresAt: expiresAt.toISOString(),
    hasTotp: factors.hasTotp,
    hasPasskey: factors.passkeys > 0,
  };
}
