import type { Db } from '@weir/db/connect';
import { recoveryCodes, users } from '@weir/db/schema';
import { eq } from 'drizzle-orm';
import { sessionView } from '../auth/open-session.ts';
import type { SessionPrincipal } from '../auth/principal.ts';
import type { Context } from '../context.ts';
import { queueNotice } from '../notices/queue-notice.ts';
import { endOtherSessions } from '../sessions/end-sessions.ts';
import { findFactors, isOn } from './find-factors.ts';
import { replaceRecoveryCodes } from './recovery-codes.ts';
import type { FactorAddedView, FactorRemovedView } from './second-factor-view.ts';

/**
 * Adds a factor. With the first one come recovery codes, and what was opened by a password alone ends: all sessions but
 * this one, which goes on under a new token.
 */
export async function addFactor(
  ctx: Pick<Context, 'database' | 'sessions'>,
  person: SessionPrincipal,
  add: (tx: Db) => Promise<void>,
): Promise<FactorAddedView> {
  const { userId, sessionToken } = person;
  const codes = await ctx.database.db.transaction(async (tx) => {
    await lockPerson(tx, userId);
    const isFirst = !isOn(await findFactors(tx, userId));
    await add(tx);
    if (!isFirst) return null;
    await endOtherSessions(tx, person);
    await queueNotice(tx, { userId, notice: 'second_factor_on', data: {} });
    return replaceRecoveryCodes(tx, userId);
  });
  if (codes === null) return { recoveryCodes: null, session: null };
  return { recoveryCodes: codes, session: sessionView(await ctx.sessions.renew(sessionToken)) };
}

/**
 * Removes a factor. Without another one recovery codes have nothing left to stand in for, and all sessions end but this
 * one, which goes on under a new token.
 */
export async function removeFactor(
  ctx: Pick<Context, 'database' | 'sessions'>,
  person: SessionPrincipal,
  remove: (tx: Db) => Promise<void>,
): Promise<FactorRemovedView> {
  const { userId, sessionToken } = person;
  const isOff = await ctx.database.db.transaction(async (tx) => {
    await lockPerson(tx, userId);
    await remove(tx);
    if (isOn(await findFactors(tx, userId))) return false;
    await tx.delete(recoveryCodes).where(eq(recoveryCodes.userId, userId));
    await endOtherSessions(tx, person);
    await queueNotice(tx, { userId, notice: 'second_factor_off', data: {} });
    return true;
  });
  return { session: isOff ? sessionView(await ctx.sessions.replaceToken(sessionToken)) : null };
}

/** Of changes at once one goes first: which factor is the first, and which the last, is then certain. */
async function lockPerson(tx: Db, userId: string): Promise<void> {
  await tx.select({ id: users.id }).from(users).where(eq(users.id, userId)).for('no key update');
}
