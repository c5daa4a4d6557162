import type { Db } from '@weir/db/connect';
import { passkeys, recoveryCodes, totpFactors } from '@weir/db/schema';
import { and, eq, isNotNull, isNull } from 'drizzle-orm';

export interface Factors {
  hasTotp: boolean;
  passkeys: number;
  /** Those that were not used yet. */
  recoveryCodes: number;
}

export async function findFactors(db: Db, userId: string): Promise<Factors> {
  const confirmed = and(eq(totpFactors.userId, userId), isNotNull(totpFactors.confirmedAt));
  const unused = and(eq(recoveryCodes.userId, userId), isNull(recoveryCodes.usedAt));
  return {
    hasTotp: (await db.$count(totpFactors, confirmed)) > 0,
    passkeys: await db.$count(passkeys, eq(passkeys.userId, userId)),
    recoveryCodes: await db.$count(recoveryCodes, unused),
  };
}

/** Whether a password alone no longer signs the person in. */
export function isOn({ hasTotp, passkeys }: Factors): boolean {
  return hasTotp || passkeys > 0;
}
