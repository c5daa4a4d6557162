import { WeirError } from '@weir/core/errors';
import { users } from '@weir/db/schema';
import { eq } from 'drizzle-orm';
import { listActiveCaptures } from '../captures/find-captures.ts';
import type { Context } from '../context.ts';
import { findDeletion } from '../leaving/find-deletion.ts';
import { findFactors, isOn } from '../second-factor/find-factors.ts';
import type { MeView } from './auth-view.ts';

/** @throws {WeirError} `not_found` when the person has been deleted meanwhile. */
export async function findMe(
  { database: { db }, settings }: Pick<Context, 'database' | 'settings'>,
  userId: string,
): Promise<MeView> {
  const [user] = await db.select().from(users).where(eq(users.id, userId));
  if (!user) throw new WeirError('not_found', 'This person no longer exists.');
  const isRequired = user.staffRole !== null && settings.WEIR_STAFF_SECOND_FACTOR === 'required';
  const factors = await findFactors(db, userId);
  return {
    userId: user.id,
    accountId: user.accountId,
    email: user.email,
    username: user.username,
    phone: user.phone,
    staffRole: user.staffRole,
    hasPassword: user.passwordHash !== null,
    secondFactor: isOn(factors) ? 'on' : isRequired ? 'required' : 'off',
    hasTotp: factors.hasTotp,
    hasPasskey: factors.passkeys > 0,
    createdAt: user.createdAt.toISOString(),
    deletion: await findDeletion(db, user.accountId),
    captures: settings.brand.debugCapture.allowed ? await listActiveCaptures(db, user.accountId) : [],
  };
}
