import type { PlaygroundKeyView } from '../keys/key-view.ts';
import { recentlyAuthenticatedProcedure, router } from '../trpc.ts';
import { createPlaygroundKey } from './create-playground-key.ts';

export const playgroundRouter = router({
  // As short as its life is, it spends: a session that was left open, or stolen, would have one hour after hour.
  createKey: recentlyAuthenticatedProcedure.mutation(({ ctx }): Promise<PlaygroundKeyView> =>
    createPlaygroundKey(ctx.database.db, ctx.session.accountId),
  ),
});
