import { catalogModels, type CatalogModel } from '@weir/catalog/models';
import { channels, models, prices } from '@weir/db/schema';
import { createTestDatabase } from '@weir/db/testing';
import { eq } from 'drizzle-orm';
import { describe, expect, inject, it } from 'vitest';
import { listModels } from '../models/list-models.ts';
import { addModel } from '../models/add-model.ts';
import { priceTermsView } from '../prices/view-price.ts';
import { applyCatalog } from './apply-catalog.ts';
import { modelIdOf, planCatalog } from './plan-catalog.ts';

const mistral = catalogModels().filter(({ vendor }) => vendor === 'mistral');
const current = mistral.filter(({ deprecated }) => !deprecated);

function first(condition: (model: CatalogModel) => boolean): CatalogModel {
  const model = mistral.find(condition);
  if (!model) throw new Error('the catalog has no such model');
  return model;
}

const deprecated = first((model) => model.deprecated);
const known = first((model) => !model.deprecated && model.contextTokensMax !== undefined);

async function setUp() {
  const database = await createTestDatabase(inject('clusterUrl'));
  const { db } = database;
  const channel = { dialect: 'openai-chat', baseUrl: 'https://api.example.com/v1' };
  await db.insert(channels).values({ ...channel, id: 'chn_1', vendor: 'mistral' });
  await db.insert(channels).values({ ...channel, id: 'chn_2', vendor: 'acme' });
  return {
    ...database,
    plan: (globs: string[] = [], vendor = 'mistral', channelId = 'chn_1') =>
      planCatalog(db, { vendor, channelId, globs }),
  };
}

describe('the models of a vendor', () => {
  it('are added with their limits and prices; then there is nothing to do', async () => {
    await using test = await setUp();
    const { db } = test;
    const plan = await test.plan();
    expect(plan.changes).toHaveLength(current.length);
    expect(plan.changes.every(({ isNew }) => isNew)).toBe(true);
    expect(await db.$count(models)).toBe(0);

    await applyCatalog(db, 'chn_1', plan);
    const listed = await listModels(db);
    expect(listed).toHaveLength(current.length);
    for (const model of current) {
      expect(listed).toContainEqual(
        expect.objectContaining({
          modelId: `mistral/${model.upstreamModel}`,
          contextTokensMax: model.contextTokensMax ?? null,
          ...priceTermsView(model.price),
        }),
      );
    }
    expect(await test.plan()).toEqual({ changes: [], unchanged: current.length, models: [] });
    await applyCatalog(db, 'chn_1', plan);
    expect(await db.$count(prices)).toBe(current.length);
  });

  it('that differ are set right, and the difference is told', async () => {
    await using test = await setUp();
    const { db } = test;
    const modelId = modelIdOf(known);
    const price = { inputNanoUsdPerMtok: 1n, outputNanoUsdPerMtok: 2n };
    const [channelId, upstreamModel] = ['chn_1', 'alias'];
    await addModel(db, { modelId, channelId, upstreamModel, price, contextTokensMax: 5, outputTokensMax: 3 });

    const plan = await test.plan([known.upstreamModel]);
    expect(plan.changes).toEqual([
      {
        modelId,
        upstreamModel: known.upstreamModel,
        isNew: false,
        contextTokensMax: { from: 5, to: known.contextTokensMax },
        servedAs: { from: 'alias', to: known.upstreamModel },
        price: { from: priceTermsView(price), to: priceTermsView(known.price) },
      },
    ]);
    await applyCatalog(db, 'chn_1', plan);
    expect(await test.plan([known.upstreamModel])).toMatchObject({ changes: [], unchanged: 1 });
    expect(await db.select().from(models).where(eq(models.id, modelId))).toMatchObject([
      { contextTokensMax: known.contextTokensMax, outputTokensMax: 3 },
    ]);
  });

  it('are chosen by name, by * and ?, and the deprecated ones only letter by letter', async () => {
    await using test = await setUp();
    const names = async (...globs: string[]) =>
      (await test.plan(globs)).models.map(({ upstreamModel }) => upstreamModel);
    const { upstreamModel } = known;
    expect(await names(upstreamModel, upstreamModel)).toEqual([upstreamModel]);
    expect(await names(`${upstreamModel.slice(0, -1)}?`)).toContain(upstreamModel);
    expect(await names(`*${upstreamModel.slice(1)}`)).toContain(upstreamModel);
    expect(await names(deprecated.upstreamModel)).toEqual([deprecated.upstreamModel]);
    expect(await names('*')).toEqual(current.map((model) => model.upstreamModel));
    // A dot is a dot.
    await expect(test.plan(['.....*'])).rejects.toMatchObject({ code: 'not_found' });
  });

  it('are not to be had of a vendor that there is none of, or at another’s channel', async () => {
    await using test = await setUp();
    await expect(test.plan([], 'acme', 'chn_2')).rejects.toThrow(
      'The catalog has no vendor acme; it has anthropic, deepseek',
    );
    await expect(test.plan([], 'mistral', 'chn_2')).rejects.toThrow(
      'chn_2 is a channel of acme, not of mistral.',
    );
    await expect(test.plan([], 'mistral', 'chn_3')).rejects.toThrow('There is no channel chn_3.');
    await expect(test.plan(['no-such-*'])).rejects.toThrow('no model of mistral that is like "no-such-*"');
  });
});
