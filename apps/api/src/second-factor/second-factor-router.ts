import { WeirError } from '@weir/core/errors';
import type { Db } from '@weir/db/connect';
import { totpFactors, users } from '@weir/db/schema';
import { and, eq, isNotNull } from 'drizzle-orm';
import { queueNotice } from '../notices/queue-notice.ts';
import { recentlyAuthenticatedProcedure, router, sessionProcedure } from '../trpc.ts';
import { addFactor, removeFactor } from './change-factors.ts';
import { findFactors, isOn } from './find-factors.ts';
import { passkeysRouter } from './passkeys-router.ts';
import { listPasskeys } from './list-passkeys.ts';
import { tryProof } from './proof-tries.ts';
import { replaceRecoveryCodes } from './recovery-codes.ts';
import { codeInput } from './second-factor-inputs.ts';
import type {
  FactorAddedView,
  FactorRemovedView,
  SecondFactorView,
  TotpSecretView,
} from './second-factor-view.ts';
import { beginTotp, confirmTotp } from './totp-factor.ts';
import { totpUri } from './totp.ts';

export const secondFactorRouter = router({
  state: sessionProcedure.query(async ({ ctx }): Promise<SecondFactorView> => {
    const { db } = ctx.database;
    const { userId } = ctx.session;
    const [totp] = await db.select().from(totpFactors).where(eq(totpFactors.userId, userId));
    return {
      totpSince: totp?.confirmedAt?.toISOString() ?? null,
      passkeys: await listPasskeys(db, userId),
      recoveryCodesLeft: (await findFactors(db, userId)).recoveryCodes,
    };
  }),

  beginTotp: recentlyAuthenticatedProcedure.mutation(async ({ ctx }): Promise<TotpSecretView> => {
    const { db } = ctx.database;
    const { userId } = ctx.session;
    const secret = await beginTotp(db, ctx.secrets, userId);
    const [user] = await db.select().from(users).where(eq(users.id, userId));
    const issuer = ctx.settings.brand.name;
    return { secret, uri: totpUri(secret, { issuer, label: user?.email ?? userId }) };
  }),

  confirmTotp: recentlyAuthenticatedProcedure
    .input(codeInput)
    .mutation(({ ctx, input }): Promise<FactorAddedView> => {
      const { userId } = ctx.session;
      const add = async (tx: Db) => {
        if (await confirmTotp(tx, ctx.secrets, userId, input.code.replaceAll(/\s/g, ''))) return;
        throw new WeirError('wrong_credentials', 'This code is wrong. Take the one that the app shows now.', {
          param: 'code',
        });
      };
      return tryProof(ctx, userId, () => addFactor(ctx, ctx.session, add));
    }),

  removeTotp: recentlyAuthenticatedProcedure.mutation(({ ctx }): Promise<FactorRemovedView> => {
    const { userId } = ctx.session;
    return removeFactor(ctx, ctx.session, async (tx) => {
      const confirmed = and(eq(totpFactors.userId, userId), isNotNull(totpFactors.confirmedAt));
      const removed = await tx.delete(totpFactors).where(confirmed).returning({ userId: totpFactors.userId });
      if (removed.length === 0) throw new WeirError('not_found', 'No authenticator app is set up.');
    });
  }),

  replaceRecoveryCodes: recentlyAuthenticatedProcedure.mutation(
    async ({ ctx }): Promise<{ recoveryCodes: string[] }> => {
      const { userId } = ctx.session;
      return ctx.database.db.transaction(async (tx) => {
        if (!isOn(await findFactors(tx, userId))) {
          throw new WeirError('conflict', 'Set up an authenticator app or a passkey first.');
        }
        await queueNotice(tx, { userId, notice: 'recovery_codes_replaced', data: {} });
        return { recoveryCodes: await replaceRecoveryCodes(tx, userId) };
      });
    },
  ),

  passkeys: passkeysRouter,
});
