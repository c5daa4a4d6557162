import type { Db } from '@weir/db/connect';
import { passkeys, proofFailures, recoveryCodes, totpFactors } from '@weir/db/schema';
import { eq } from 'drizzle-orm';
import { queueNotice } from '../notices/queue-notice.ts';
import { endAllSessions } from '../sessions/end-sessions.ts';

export interface ResetSecondFactor {
  totpRemoved: boolean;
  passkeysRemoved: number;
}

/** Takes all second factors from a person who has lost them, and ends what they have opened. They are told. */
export function resetSecondFactor(db: Db, userId: string): Promise<ResetSecondFactor> {
  return db.transaction(async (tx) => {
    const totp = await tx
      .delete(totpFactors)
      .where(eq(totpFactors.userId, userId))
      .returning({ userId: totpFactors.userId });
    const removed = await tx
      .delete(passkeys)
      .where(eq(passkeys.userId, userId))
      .returning({ id: passkeys.id });
    await tx.delete(recoveryCodes).where(eq(recoveryCodes.userId, userId));
    await tx.delete(proofFailures).where(eq(proofFailures.userId, userId));
    await endAllSessions(tx, userId);
    await queueNotice(tx, { userId, notice: 'second_factor_reset', data: {} });
    return { totpRemoved: totp.length > 0, passkeysRemoved: removed.length };
  });
}

/** What was done, for the operator. @param who as the operator named them */
export function describeReset(who: string, { totpRemoved, passkeysRemoved }: ResetSecondFactor): string {
  if (!totpRemoved && passkeysRemoved === 0) return `${who} had no second factor. Their sessions were ended.`;
  const app = totpRemoved ? 'an authenticator app and ' : '';
  return `Took ${app}${passkeysRemoved} passkeys from ${who}, with the recovery codes. Their sessions were ended.`;
}
