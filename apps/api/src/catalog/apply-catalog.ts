import type { Db } from '@weir/db/connect';
import { addModel } from '../models/add-model.ts';
import { modelIdOf, type CatalogPlan } from './plan-catalog.ts';

/** Writes what the plan says, all of it or nothing: models and routes that are missing, limits, and other prices from now on. */
export async function applyCatalog(db: Db, channelId: string, { models }: CatalogPlan): Promise<void> {
  await db.transaction(async (tx) => {
    for (const model of models) {
      const { upstreamModel, contextTokensMax, price } = model;
      await addModel(tx, { modelId: modelIdOf(model), channelId, upstreamModel, contextTokensMax, price });
    }
  });
}
