import { WeirError } from '@weir/core/errors';
import type { Identify } from '../auth/principal.ts';
import { publicProcedure, router } from '../trpc.ts';
import { listModels } from './list-models.ts';
import type { ModelView } from './model-view.ts';

export const modelsRouter = router({
  list: publicProcedure.query(async ({ ctx }): Promise<ModelView[]> =>
    listModels(ctx.database.db, await accountIfAny(ctx.identify)),
  ),
});

/** The list is public: a session that has ended must not keep anyone from it. */
async function accountIfAny(identify: Identify): Promise<string | undefined> {
  try {
    return (await identify())?.accountId;
  } catch (error) {
    if (error instanceof WeirError) return undefined;
    throw error;
  }
}
