import { WeirError } from '@weir/core/errors';
import type { SecretBox } from '@weir/core/secret-box';
import type { Db } from '@weir/db/connect';
import { totpFactors } from '@weir/db/schema';
import { and, eq, isNotNull, isNull, lt, sql } from 'drizzle-orm';
import { matchTotp, newTotpSecret } from './totp.ts';

/**
 * A new secret for the person's app, which counts for nothing until {@link confirmTotp}.
 * @throws {WeirError} `conflict` when an app is set up already.
 */
export async function beginTotp(db: Db, secrets: SecretBox, userId: string): Promise<string> {
  const secret = newTotpSecret();
  const sealedSecret = secrets.seal(secret, userId);
  const begun = await db
    .insert(totpFactors)
    .values({ userId, sealedSecret })
    .onConflictDoUpdate({
      target: totpFactors.userId,
      set: { sealedSecret, createdAt: sql`now()` },
      setWhere: isNull(totpFactors.confirmedAt),
    })
    .returning({ userId: totpFactors.userId });
  if (begun.length === 0) {
    throw new WeirError('conflict', 'An authenticator app is set up already. Remove it first.');
  }
  return secret;
}

/** @returns whether the code was right, and the app is from now on asked for. */
export async function confirmTotp(
  db: Db,
  secrets: SecretBox,
  userId: string,
  code: string,
): Promise<boolean> {
  return takeStep(db, secrets, { userId, code, confirmed: false });
}

/** @returns whether the code is one of the person's app. A code, and those before it, are taken once: of many at once, one. */
export async function useTotp(db: Db, secrets: SecretBox, userId: string, code: string): Promise<boolean> {
  return takeStep(db, secrets, { userId, code, confirmed: true });
}

async function takeStep(
  db: Db,
  secrets: SecretBox,
  { userId, code, confirmed }: { userId: string; code: string; confirmed: boolean },
): Promise<boolean> {
  const state = confirmed ? isNotNull(totpFactors.confirmedAt) : isNull(totpFactors.confirmedAt);
  const asExpected = and(eq(totpFactors.userId, userId), state);
  const [factor] = await db.select().from(totpFactors).where(asExpected);
  if (!factor) return false;
  const step = matchTotp(secrets.open(factor.sealedSecret, userId), code, Date.now());
  if (step === undefined) return false;
  const taken = await db
    .update(totpFactors)
    .set({ lastStep: step, ...(!confirmed && { confirmedAt: sql`now()` }) })
    .where(and(asExpected, lt(totpFactors.lastStep, step), eq(totpFactors.sealedSecret, factor.sealedSecret)))
    .returning({ userId: totpFactors.userId });
  return taken.length > 0;
}
