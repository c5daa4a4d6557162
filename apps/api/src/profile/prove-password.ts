import { WeirError } from '@weir/core/errors';
import type { users } from '@weir/db/schema';
import { verifyPassword } from '../auth/password.ts';
import type { Context } from '../context.ts';
import { tellOfBlockedTries } from '../notices/tell-of-blocked-tries.ts';

/**
 * Has somebody who is signed in show that they know the password. Of too many wrong ones its holder is told.
 * @throws {WeirError} `wrong_credentials`, or `rate_limited` after several tries.
 */
export async function provePassword(
  ctx: Pick<Context, 'attempts' | 'database'>,
  user: typeof users.$inferSelect,
  password: string | undefined,
  param: 'password' | 'currentPassword' = 'currentPassword',
): Promise<void> {
  try {
    await ctx.attempts.count('password', user.id);
  } catch (error) {
    if (error instanceof WeirError && error.code === 'rate_limited') {
      await tellOfBlockedTries(ctx, user.id, 'password_tries_blocked');
    }
    throw error;
  }
  if (!(await verifyPassword(user.passwordHash, password ?? ''))) {
    throw new WeirError('wrong_credentials', 'The password is wrong.', { param });
  }
  await ctx.attempts.forget('password', user.id);
}
