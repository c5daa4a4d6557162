import type { PlaygroundKeyView } from '../keys/key-view.ts';
import { router, sessionProcedure } from '../trpc.ts';
import { createPlaygroundKey } from './create-playground-key.ts';

export const playgroundRouter = router({
  createKey: sessionProcedure.mutation(({ ctx }): Promise<PlaygroundKeyView> =>
    createPlaygroundKey(ctx.database.db, ctx.session.accountId),
  ),
});
