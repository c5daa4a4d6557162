import { catalogModels, type CatalogModel } from '@weir/catalog/models';
import { WeirError } from '@weir/core/errors';
import type { Db } from '@weir/db/connect';
import { channels, models, prices, routes } from '@weir/db/schema';
import { and, eq, inArray, sql } from 'drizzle-orm';
import { priceInForce } from '../prices/price-in-force.ts';
import type { PriceTermsView } from '../prices/price-view.ts';
import { isSamePrice, priceTermsView } from '../prices/view-price.ts';

export interface CatalogSelection {
  vendor: string;
  channelId: string;
  /** Of the vendor's names, with `*` and `?`; none: all that the vendor has not deprecated. */
  globs: readonly string[];
}

/** From what to what something would change; null: there was none, or none is known. */
interface Change<Value> {
  from: Value | null;
  to: Value;
}

/** What the catalog would change of one model at the channel. */
export interface CatalogChange {
  modelId: string;
  upstreamModel: string;
  /** Whether the channel does not serve the model yet. */
  isNew: boolean;
  /** Null where nothing changes. */
  contextTokensMax: Change<number> | null;
  servedAs: Change<string> | null;
  price: Change<PriceTermsView> | null;
}

export interface CatalogPlan {
  changes: CatalogChange[];
  /** How many of the selected models are as the catalog has them. */
  unchanged: number;
  /** Those of the catalog that the changes come from. */
  models: CatalogModel[];
}

/** What a model of the catalog is called here. */
export function modelIdOf({ vendor, upstreamModel }: CatalogModel): string {
  return `${vendor}/${upstreamModel}`;
}

/**
 * Compares the catalog's models of a vendor with what a channel serves.
 * @throws {WeirError} `not_found`: the channel, the vendor or a model; `invalid_request`: a channel of another vendor.
 */
export async function planCatalog(db: Db, selection: CatalogSelection): Promise<CatalogPlan> {
  const { vendor, channelId } = selection;
  const [channel] = await db.select().from(channels).where(eq(channels.id, channelId));
  if (!channel) {
    throw new WeirError(
      'not_found',
      `There is no channel ${channelId}. \`weir channel list\` shows those that are.`,
    );
  }
  if (channel.vendor !== vendor) {
    throw new WeirError(
      'invalid_request',
      `${channelId} is a channel of ${channel.vendor}, not of ${vendor}.`,
    );
  }
  const selected = selectModels(selection);
  const present = await readPresent(db, channelId, selected.map(modelIdOf));
  const plan: CatalogPlan = { changes: [], unchanged: 0, models: [] };
  for (const model of selected) {
    const change = compare(model, present.get(modelIdOf(model)));
    if (change) {
      plan.changes.push(change);
      plan.models.push(model);
    } else plan.unchanged++;
  }
  return plan;
}

/** A deprecated model is taken only where it is named letter by letter. */
function selectModels({ vendor, globs }: CatalogSelection): CatalogModel[] {
  const ofVendor = catalogModels().filter((model) => model.vendor === vendor);
  if (ofVendor.length === 0) {
    const vendors = new Set(catalogModels().map((model) => model.vendor));
    throw new WeirError(
      'not_found',
      `The catalog has no vendor ${vendor}; it has ${[...vendors].join(', ')}.`,
    );
  }
  const patterns = globs.length === 0 ? ['*'] : globs;
  const selected = new Set<CatalogModel>();
  for (const glob of patterns) {
    const pattern = globPattern(glob);
    const matching = ofVendor.filter(
      ({ upstreamModel, deprecated }) =>
        pattern.test(upstreamModel) && (!deprecated || upstreamModel === glob),
    );
    if (matching.length === 0) {
      throw new WeirError('not_found', `The catalog has no model of ${vendor} that is like "${glob}".`);
    }
    for (const model of matching) selected.add(model);
  }
  return ofVendor.filter((model) => selected.has(model));
}

function globPattern(glob: string): RegExp {
  const source = glob.replaceAll(/[.*+?^${}()|[\]\\]/g, (character) => {
    if (character === '*') return '.*';
    return character === '?' ? '.' : `\\${character}`;
  });
  return new RegExp(`^${source}$`);
}

interface Present {
  contextTokensMax: number | null;
  upstreamModel: string | null;
  price: typeof prices.$inferSelect | null;
}

async function readPresent(db: Db, channelId: string, modelIds: string[]): Promise<Map<string, Present>> {
  const inForce = priceInForce(db);
  const rows = await db
    .select({ model: models, route: routes, price: prices })
    .from(models)
    .leftJoin(routes, and(eq(routes.modelId, models.id), eq(routes.channelId, channelId)))
    .leftJoinLateral(inForce, sql`true`)
    .leftJoin(prices, eq(prices.id, inForce.id))
    .where(inArray(models.id, modelIds));
  return new Map(
    rows.map(({ model, route, price }) => [
      model.id,
      { contextTokensMax: model.contextTokensMax, upstreamModel: route?.upstreamModel ?? null, price },
    ]),
  );
}

function compare(model: CatalogModel, present: Present | undefined): CatalogChange | undefined {
  const { upstreamModel, contextTokensMax } = model;
  const [servedAs, context, price] = [
    present?.upstreamModel ?? null,
    present?.contextTokensMax ?? null,
    present?.price ?? null,
  ];
  const change: CatalogChange = {
    modelId: modelIdOf(model),
    upstreamModel,
    isNew: servedAs === null,
    contextTokensMax:
      contextTokensMax === undefined || contextTokensMax === context
        ? null
        : { from: context, to: contextTokensMax },
    servedAs: servedAs === upstreamModel ? null : { from: servedAs, to: upstreamModel },
    price:
      price && isSamePrice(price, model.price)
        ? null
        : { from: price && priceTermsView(price), to: priceTermsView(model.price) },
  };
  return change.contextTokensMax || change.servedAs || change.price ? change : undefined;
}
