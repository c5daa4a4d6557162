import { hashSecret } from '@weir/core/api-key';
import type { Db } from '@weir/db/connect';
import { pendingSignIns, sessions } from '@weir/db/schema';
import { and, eq, ne } from 'drizzle-orm';
import type { SessionPrincipal } from '../auth/principal.ts';

/** Ends the person's other sessions, and sign-ins that are half done. @returns how many sessions ended. */
export async function endOtherSessions(
  tx: Db,
  { userId, sessionToken }: Pick<SessionPrincipal, 'userId' | 'sessionToken'>,
): Promise<number> {
  await tx.delete(pendingSignIns).where(eq(pendingSignIns.userId, userId));
  const others = and(eq(sessions.userId, userId), ne(sessions.id, hashSecret(sessionToken)));
  return (await tx.delete(sessions).where(others).returning({ id: sessions.publicId })).length;
}

/** Ends all that a person has opened, sign-ins that are half done too. */
export async function endAllSessions(tx: Db, userId: string): Promise<void> {
  await tx.delete(pendingSignIns).where(eq(pendingSignIns.userId, userId));
  await tx.delete(sessions).where(eq(sessions.userId, userId));
}
