import { WeirError } from '@weir/core/errors';
import type { Db } from '@weir/db/connect';
import { users } from '@weir/db/schema';
import { eq } from 'drizzle-orm';
import { verifyPassword } from './password.ts';

/** @throws {WeirError} `wrong_credentials`, the same for an unknown e-mail as for a wrong password. */
export async function checkPassword(
  db: Db,
  credentials: { email: string; password: string },
): Promise<{ userId: string }> {
  const [user] = await db.select().from(users).where(eq(users.email, credentials.email));
  const matches = await verifyPassword(user?.passwordHash, credentials.password);
  if (!user || !matches) throw new WeirError('wrong_credentials', 'The e-mail or the password is wrong.');
  return { userId: user.id };
}
