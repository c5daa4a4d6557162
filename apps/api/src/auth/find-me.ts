import { WeirError } from '@weir/core/errors';
import type { Db } from '@weir/db/connect';
import { users } from '@weir/db/schema';
import { eq } from 'drizzle-orm';
import type { MeView } from './auth-view.ts';

/** @throws {WeirError} `not_found` when the person has been deleted meanwhile. */
export async function findMe(db: Db, userId: string): Promise<MeView> {
  const [user] = await db.select().from(users).where(eq(users.id, userId));
  if (!user) throw new WeirError('not_found', 'This person no longer exists.');
  return {
    userId: user.id,
    accountId: user.accountId,
    email: user.email,
    username: user.username,
    phone: user.phone,
    staffRole: user.staffRole,
    hasPassword: user.passwordHash !== null,
    createdAt: user.createdAt.toISOString(),
  };
}
