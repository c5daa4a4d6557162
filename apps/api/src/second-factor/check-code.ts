import { WeirError } from '@weir/core/errors';
import type { Context } from '../context.ts';
import { queueNotice } from '../notices/queue-notice.ts';
import { findFactors } from './find-factors.ts';
import { tryProof } from './proof-tries.ts';
import { useRecoveryCode } from './recovery-codes.ts';
import { useTotp } from './totp-factor.ts';

const TOTP_CODE = /^\d{6}$/;

/**
 * Uses up a code of the person's app, or one of their recovery codes.
 * @throws {WeirError} `wrong_credentials`, or `rate_limited` after too many.
 */
export async function checkCode(
  ctx: Pick<Context, 'attempts' | 'database' | 'secrets'>,
  userId: string,
  code: string,
): Promise<void> {
  await tryProof(ctx, userId, async () => {
    if (await useCode(ctx, userId, code)) return;
    throw new WeirError('wrong_credentials', 'This code is wrong, or was used before.', { param: 'code' });
  });
}

/** @returns whether it was right. */
async function useCode(
  { database: { db }, secrets }: Pick<Context, 'database' | 'secrets'>,
  userId: string,
  code: string,
): Promise<boolean> {
  const digits = code.replaceAll(/\s/g, '');
  if (TOTP_CODE.test(digits)) return useTotp(db, secrets, userId, digits);
  return db.transaction(async (tx) => {
    if (!(await useRecoveryCode(tx, userId, code))) return false;
    const { recoveryCodes: left } = await findFactors(tx, userId);
    await queueNotice(tx, { userId, notice: 'recovery_code_used', data: { left } });
    return true;
  });
}
