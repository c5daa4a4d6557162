import { WeirError } from '@weir/core/errors';
import { newId } from '@weir/core/ids';
import type { Db } from '@weir/db/connect';
import { channels, models, prices, routes } from '@weir/db/schema';
import { eq, sql } from 'drizzle-orm';
import { priceInForce } from './price-in-force.ts';

export interface NewModel {
  modelId: string;
  channelId: string;
  /** What the channel's vendor calls it. */
  upstreamModel: string;
  inputNanoUsdPerMtok: bigint;
  outputNanoUsdPerMtok: bigint;
  /** Left out: as it was, or not known. */
  contextTokensMax?: number | undefined;
  outputTokensMax?: number | undefined;
}

/**
 * Makes a model callable through a channel at a price. Said again of the same model it adds another channel, changes
 * the limits that are given, or sets another price from now on; prices that were charged stay as they are.
 * @throws {WeirError} `not_found` when there is no such channel.
 */
export async function addModel(db: Db, model: NewModel): Promise<{ modelId: string }> {
  const { modelId, channelId, contextTokensMax, outputTokensMax } = model;
  await db.transaction(async (tx) => {
    if ((await tx.$count(channels, eq(channels.id, channelId))) === 0) {
      throw new WeirError(
        'not_found',
        `There is no channel ${channelId}. \`weir channel list\` shows those that are.`,
        {
          param: 'channelId',
        },
      );
    }
    await tx
      .insert(models)
      .values({ id: modelId, contextTokensMax, outputTokensMax })
      .onConflictDoUpdate({
        target: models.id,
        set: {
          contextTokensMax: contextTokensMax ?? sql`${models.contextTokensMax}`,
          outputTokensMax: outputTokensMax ?? sql`${models.outputTokensMax}`,
        },
      });
    const routeId = await ensureRoute(tx, model);
    await setPrice(tx, routeId, model);
  });
  return { modelId };
}

async function ensureRoute(db: Db, { modelId, channelId, upstreamModel }: NewModel): Promise<string> {
  const [route] = await db
    .insert(routes)
    .values({ id: newId('route'), modelId, channelId, upstreamModel })
    .onConflictDoUpdate({ target: [routes.modelId, routes.channelId], set: { upstreamModel } })
    .returning({ id: routes.id });
  if (!route) throw new Error('the route was neither inserted nor updated');
  return route.id;
}

async function setPrice(
  db: Db,
  routeId: string,
  { inputNanoUsdPerMtok, outputNanoUsdPerMtok }: NewModel,
): Promise<void> {
  const price = priceInForce(db);
  const [current] = await db
    .select({ input: price.inputNanoUsdPerMtok, output: price.outputNanoUsdPerMtok })
    .from(routes)
    .crossJoinLateral(price)
    .where(eq(routes.id, routeId));
  if (current?.input === inputNanoUsdPerMtok && current.output === outputNanoUsdPerMtok) return;
  await db.insert(prices).values({ id: newId('price'), routeId, inputNanoUsdPerMtok, outputNanoUsdPerMtok });
}
