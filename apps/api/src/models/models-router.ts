import { publicProcedure, router } from '../trpc.ts';
import { listModels } from './list-models.ts';
import type { ModelView } from './model-view.ts';

export const modelsRouter = router({
  list: publicProcedure.query(({ ctx }): Promise<ModelView[]> => listModels(ctx.database.db)),
});
