import { recentlyAuthenticatedProcedure, router, sessionProcedure } from '../trpc.ts';
import { createKey } from './create-key.ts';
import { createKeyInput, listKeysInput, revokeKeyInput, updateKeyInput } from './key-inputs.ts';
import type { KeyPage, ListedKeyView, NewKeyView, RevokedKeyView } from './key-view.ts';
import { listKeys } from './list-keys.ts';
import { revokeKey } from './revoke-key.ts';
import { updateKey } from './update-key.ts';

export const keysRouter = router({
  create: recentlyAuthenticatedProcedure
    .input(createKeyInput)
    .mutation(({ ctx, input }): Promise<NewKeyView> =>
      createKey(ctx.database.db, { ...input, accountId: ctx.session.accountId }),
    ),

  list: sessionProcedure
    .input(listKeysInput)
    .query(({ ctx, input }): Promise<KeyPage> => listKeys(ctx.database.db, ctx.session.accountId, input)),

  update: sessionProcedure
    .input(updateKeyInput)
    .mutation(({ ctx, input }): Promise<ListedKeyView> =>
      updateKey(ctx.database.db, input, ctx.session.accountId),
    ),

  revoke: sessionProcedure
    .input(revokeKeyInput)
    .mutation(({ ctx, input }): Promise<RevokedKeyView> =>
      revokeKey(ctx.database.db, input.keyId, ctx.session.accountId),
    ),
});
