import { router, sessionProcedure } from '../trpc.ts';
import { createKey } from './create-key.ts';
import { createKeyInput, listKeysInput, revokeKeyInput } from './key-inputs.ts';
import type { KeyPage, NewKeyView, RevokedKeyView } from './key-view.ts';
import { listKeys } from './list-keys.ts';
import { revokeKey } from './revoke-key.ts';

export const keysRouter = router({
  create: sessionProcedure
    .input(createKeyInput)
    .mutation(({ ctx, input }): Promise<NewKeyView> =>
      createKey(ctx.database.db, { accountId: ctx.session.accountId, name: input.name }),
    ),

  list: sessionProcedure
    .input(listKeysInput)
    .query(({ ctx, input }): Promise<KeyPage> => listKeys(ctx.database.db, ctx.session.accountId, input)),

  revoke: sessionProcedure
    .input(revokeKeyInput)
    .mutation(({ ctx, input }): Promise<RevokedKeyView> =>
      revokeKey(ctx.database.db, input.keyId, ctx.session.accountId),
    ),
});
