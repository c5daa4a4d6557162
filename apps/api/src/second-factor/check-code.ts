import { WeirError } from '@weir/core/errors';
import type { Context } from '../context.ts';
import { queueNotice } from '../notices/queue-notice.ts';
import { findFactors } from './find-factors.ts';
import { countProofTry, forgiveProofTries } from './proof-tries.ts';
import { useRecoveryCode } from './recovery-codes.ts';
import { useTotp } from './totp-factor.ts';

const TOTP_CODE = /^\d{6}$/;

/**
 * Uses up a code of the person's app, or one of their recovery codes.
 * @throws {WeirError} `wrong_credentials`, or `rate_limited` after too many.
 */
export async function checkCode(
  { database: { db }, secrets }: Pick<Context, 'database' | 'secrets'>,
  userId: string,
  code: string,
): Promise<void> {
  await countProofTry(db, userId);
  const digits = code.replaceAll(/\s/g, '');
  const isRight = TOTP_CODE.test(digits)
    ? await useTotp(db, secrets, userId, digits)
    : await db.transaction(async (tx) => {
        if (!(await useRecoveryCode(tx, userId, code))) return false;
        const { recoveryCodes: left } = await findFactors(tx, userId);
        await queueNotice(tx, { userId, notice: 'recovery_code_used', data: { left } });
        return true;
      });
  if (!isRight)
    throw new WeirError('wrong_credentials', 'This code is wrong, or was used before.', { param: 'code' });
  await forgiveProofTries(db, userId);
}
