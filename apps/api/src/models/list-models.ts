import type { Db } from '@weir/db/connect';
import { channels, models, routes } from '@weir/db/schema';
import { and, asc, desc, eq } from 'drizzle-orm';
import type { ModelView } from './model-view.ts';
import { priceInForce } from './price-in-force.ts';

/** The models that can be called now: enabled, with an enabled channel and a price in force. By id. */
export async function listModels(db: Db): Promise<ModelView[]> {
  const price = priceInForce(db);
  const rows = await db
    .selectDistinctOn([models.id], {
      model: models,
      vendor: channels.vendor,
      input: price.inputNanoUsdPerMtok,
      output: price.outputNanoUsdPerMtok,
    })
    .from(models)
    .innerJoin(routes, eq(routes.modelId, models.id))
    .innerJoin(channels, and(eq(channels.id, routes.channelId), eq(channels.enabled, true)))
    .crossJoinLateral(price)
    .where(eq(models.enabled, true))
    .orderBy(asc(models.id), asc(channels.priority), desc(channels.weight), asc(channels.id));
  return rows.map(({ model, vendor, input, output }) => ({
    modelId: model.id,
    vendor,
    simulated: vendor === 'sandbox',
    contextTokensMax: model.contextTokensMax,
    outputTokensMax: model.outputTokensMax,
    inputNanoUsdPerMtok: input.toString(),
    outputNanoUsdPerMtok: output.toString(),
  }));
}
