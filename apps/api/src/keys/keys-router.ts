import { keysProcedure, newSecretProcedure, router } from '../trpc.ts';
import { createKey } from './create-key.ts';
import {
  createKeyInput,
  endOverlapInput,
  listKeysInput,
  revokeKeyInput,
  rotateKeyInput,
  updateKeyInput,
} from './key-inputs.ts';
import type { KeyPage, ListedKeyView, NewKeyView, RevokedKeyView, RotatedKeyView } from './key-view.ts';
import { listKeys } from './list-keys.ts';
import { revokeKey } from './revoke-key.ts';
import { endOverlap, rotateKey } from './rotate-key.ts';
import { updateKey } from './update-key.ts';

export const keysRouter = router({
  create: newSecretProcedure
    .input(createKeyInput)
    .mutation(({ ctx, input }): Promise<NewKeyView> =>
      createKey(ctx.database.db, { ...input, accountId: ctx.accountId }),
    ),

  list: keysProcedure
    .input(listKeysInput)
    .query(({ ctx, input }): Promise<KeyPage> => listKeys(ctx.database.db, ctx.accountId, input)),

  update: keysProcedure
    .input(updateKeyInput)
    .mutation(({ ctx, input }): Promise<ListedKeyView> => updateKey(ctx.database.db, input, ctx.accountId)),

  rotate: newSecretProcedure
    .input(rotateKeyInput)
    .mutation(({ ctx, input }): Promise<RotatedKeyView> => rotateKey(ctx.database.db, input, ctx.accountId)),

  endOverlap: keysProcedure
    .input(endOverlapInput)
    .mutation(({ ctx, input }): Promise<ListedKeyView> =>
      endOverlap(ctx.database.db, input.keyId, ctx.accountId),
    ),

  revoke: keysProcedure
    .input(revokeKeyInput)
    .mutation(({ ctx, input }): Promise<RevokedKeyView> => revokeKey(ctx.database.db, input, ctx.accountId)),
});
