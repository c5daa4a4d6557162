import type { PlaygroundKeyView } from '../keys/key-view.ts';
import { router, sessionProcedure } from '../trpc.ts';
import { createPlaygroundKey } from './create-playground-key.ts';

export const playgroundRouter = router({
  // Asks for no proof of who one is, as other keys do: it ends within the hour and does what the open session can do.
  createKey: sessionProcedure.mutation(({ ctx }): Promise<PlaygroundKeyView> =>
    createPlaygroundKey(ctx.database.db, ctx.session.accountId),
  ),
});
