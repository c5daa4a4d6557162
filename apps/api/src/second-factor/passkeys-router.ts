import { WeirError } from '@weir/core/errors';
import { passkeys } from '@weir/db/schema';
import { and, eq } from 'drizzle-orm';
import { queueNotice } from '../notices/queue-notice.ts';
import { recentlyAuthenticatedProcedure, router, sessionProcedure } from '../trpc.ts';
import { addFactor, removeFactor } from './change-factors.ts';
import { creationOptions } from './passkey-options.ts';
import type { PasskeyCreationView } from './passkey-view.ts';
import { insertPasskey, verifyNewPasskey } from './register-passkey.ts';
import { relyingParty } from './relying-party.ts';
import { addPasskeyInput, removePasskeyInput, renamePasskeyInput } from './second-factor-inputs.ts';
import type { FactorAddedView, FactorRemovedView } from './second-factor-view.ts';

export const passkeysRouter = router({
  creationOptions: recentlyAuthenticatedProcedure.mutation(({ ctx }): Promise<PasskeyCreationView> => {
    const { WEIR_PUBLIC_WEB_URL, brand } = ctx.settings;
    const party = relyingParty(WEIR_PUBLIC_WEB_URL);
    return creationOptions(ctx.database.db, { party, brand: brand.name, userId: ctx.session.userId });
  }),

  add: recentlyAuthenticatedProcedure
    .input(addPasskeyInput)
    .mutation(async ({ ctx, input: { name, passkey } }): Promise<FactorAddedView> => {
      const { userId } = ctx.session;
      const party = relyingParty(ctx.settings.WEIR_PUBLIC_WEB_URL);
      const credential = await verifyNewPasskey(ctx.database.db, party, { userId, passkey });
      const { transports } = passkey.response;
      return addFactor(ctx, ctx.session, async (tx) => {
        await insertPasskey(tx, { userId, name, credential, transports });
        await queueNotice(tx, { userId, notice: 'passkey_added', data: { name } });
      });
    }),

  rename: sessionProcedure
    .input(renamePasskeyInput)
    .mutation(async ({ ctx, input: { passkeyId, name } }): Promise<{ ok: true }> => {
      const own = and(eq(passkeys.id, passkeyId), eq(passkeys.userId, ctx.session.userId));
      const renamed = await ctx.database.db
        .update(passkeys)
        .set({ name })
        .where(own)
        .returning({ id: passkeys.id });
      if (renamed.length === 0) throw noSuchPasskey();
      return { ok: true };
    }),

  remove: recentlyAuthenticatedProcedure
    .input(removePasskeyInput)
    .mutation(({ ctx, input: { passkeyId } }): Promise<FactorRemovedView> => {
      const { userId } = ctx.session;
      return removeFactor(ctx, ctx.session, async (tx) => {
        const own = and(eq(passkeys.id, passkeyId), eq(passkeys.userId, userId));
        const [removed] = await tx.delete(passkeys).where(own).returning({ name: passkeys.name });
        if (!removed) throw noSuchPasskey();
        await queueNotice(tx, { userId, notice: 'passkey_removed', data: removed });
      });
    }),
});

function noSuchPasskey(): WeirError {
  return new WeirError('not_found', 'There is no such passkey.');
}
