import { WeirError } from '@weir/core/errors';
import { users } from '@weir/db/schema';
import { eq } from 'drizzle-orm';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { provePassword } from '../profile/prove-password.ts';
import { checkCode } from '../second-factor/check-code.ts';
import { relyingParty } from '../second-factor/relying-party.ts';
import type { reauthenticateInput } from '../second-factor/second-factor-inputs.ts';
import { verifyPasskey } from '../second-factor/verify-passkey.ts';
import type { SessionView } from './auth-view.ts';
import { sessionView } from './open-session.ts';
import type { SessionPrincipal } from './principal.ts';

/**
 * Takes a proof that the person who is signed in is the one who sits there. The session goes on under a new token.
 * @throws {WeirError} `wrong_credentials`, or `rate_limited` after too many.
 */
export async function reauthenticate(
  ctx: Pick<Context, 'database' | 'sessions' | 'secrets' | 'settings' | 'attempts'>,
  { userId, sessionToken }: SessionPrincipal,
  proof: z.output<typeof reauthenticateInput>,
): Promise<SessionView> {
  if ('password' in proof) {
    const [user] = await ctx.database.db.select().from(users).where(eq(users.id, userId));
    if (!user) throw new WeirError('not_found', 'This person no longer exists.');
    await provePassword(ctx, user, proof.password, 'password');
  } else if ('code' in proof) {
    await checkCode(ctx, userId, proof.code);
  } else {
    const party = relyingParty(ctx.settings.WEIR_PUBLIC_WEB_URL);
    await verifyPasskey(ctx.database.db, party, { purpose: 'reauthenticate', userId }, proof.passkey);
  }
  return sessionView(await ctx.sessions.renew(sessionToken));
}
