import { WeirError } from '@weir/core/errors';
import type { users } from '@weir/db/schema';
import { verifyPassword } from '../auth/password.ts';
import type { Context } from '../context.ts';

/**
 * Has somebody who is signed in show that they know the password.
 * @throws {WeirError} `wrong_credentials`, or `rate_limited` after several tries.
 */
export async function provePassword(
  { attempts }: Pick<Context, 'attempts'>,
  user: typeof users.$inferSelect,
  password: string | undefined,
  param: 'password' | 'currentPassword' = 'currentPassword',
): Promise<void> {
  await attempts.count('password', user.id);
  if (!(await verifyPassword(user.passwordHash, password ?? ''))) {
    throw new WeirError('wrong_credentials', 'The password is wrong.', { param });
  }
  await attempts.forget('password', user.id);
}
