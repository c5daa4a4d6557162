import { randomBytes } from 'node:crypto';
import { hashSecret } from '@weir/core/api-key';
import { bytesToBase32 } from '@weir/core/base32';
import type { Db } from '@weir/db/connect';
import { recoveryCodes } from '@weir/db/schema';
import { and, eq, isNull, sql } from 'drizzle-orm';

const CODES = 10;
const CODE_BYTES = 10;

/** New codes in the place of all earlier ones, as `xxxx-xxxx-xxxx-xxxx`: to be shown, as only their hashes are kept. */
export async function replaceRecoveryCodes(tx: Db, userId: string): Promise<string[]> {
  const codes = Array.from({ length: CODES }, () => bytesToBase32(randomBytes(CODE_BYTES)));
  await tx.delete(recoveryCodes).where(eq(recoveryCodes.userId, userId));
  await tx.insert(recoveryCodes).values(codes.map((code) => ({ userId, codeHash: hashSecret(code) })));
  return codes.map((code) => code.match(/.{4}/g)?.join('-') ?? code);
}

/** @returns whether the code is one of the person's that was not used before; of many at once, one. */
export async function useRecoveryCode(db: Db, userId: string, code: string): Promise<boolean> {
  const used = await db
    .update(recoveryCodes)
    .set({ usedAt: sql`now()` })
    .where(
      and(
        eq(recoveryCodes.userId, userId),
        eq(recoveryCodes.codeHash, hashSecret(asWritten(code))),
        isNull(recoveryCodes.usedAt),
      ),
    )
    .returning({ userId: recoveryCodes.userId });
  return used.length > 0;
}

/** What people copy from paper: Crockford's letters that are taken for digits are meant as those. */
function asWritten(code: string): string {
  return code.toLowerCase().replaceAll(/[\s-]/g, '').replaceAll('o', '0').replaceAll(/[il]/g, '1');
}
