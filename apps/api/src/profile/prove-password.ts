import { WeirError } from '@weir/core/errors';
import type { users } from '@weir/db/schema';
import { verifyPassword } from '../auth/password.ts';
import type { Services } from '../create-context.ts';

/**
 * Has somebody who is signed in show that they know the password.
 * @throws {WeirError} `wrong_credentials`, or `rate_limited` after several tries.
 */
export async function provePassword(
  { attempts }: Services,
  user: typeof users.$inferSelect,
  currentPassword: string | undefined,
): Promise<void> {
  await attempts.count('password', user.id);
  if (!(await verifyPassword(user.passwordHash, currentPassword ?? ''))) {
    throw new WeirError('wrong_credentials', 'The current password is wrong.', { param: 'currentPassword' });
  }
  await attempts.forget('password', user.id);
}
