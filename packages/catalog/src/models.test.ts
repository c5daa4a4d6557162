import { describe, expect, it } from 'vitest';
import { chargeNanoUsd } from './charge.ts';
import { catalogModels, findCatalogModel } from './models.ts';
import { VENDORS } from './vendors.ts';

describe('the catalog', () => {
  it('has models of every vendor whose prices are known, by vendor and name, each once', () => {
    const models = catalogModels();
    const vendors = VENDORS.map(({ id }) => id)
      .filter((vendor) => vendor !== 'qwen')
      .toSorted();
    expect([...new Set(models.map(({ vendor }) => vendor))]).toEqual(vendors);
    for (const vendor of vendors) {
      const names = models.filter((model) => model.vendor === vendor).map((model) => model.upstreamModel);
      expect([vendor, names]).toEqual([vendor, [...new Set(names)].toSorted()]);
    }
    expect(catalogModels()).toBe(models);
  });

  it('finds a model by the very name that its vendor gives it', () => {
    const model = findCatalogModel('openai', 'gpt-4o-mini');
    expect(model).toMatchObject({ vendor: 'openai', contextTokensMax: 128_000, deprecated: false });
    const usage = { inputTokens: 1_000_000, outputTokens: 1_000_000, cachedInputTokens: 500_000 };
    expect(model && chargeNanoUsd(usage, model.price)).toBe(712_500_000n);
    expect(findCatalogModel('openai', 'GPT-4o-mini')).toBeUndefined();
    expect(findCatalogModel('groq', 'gpt-4o-mini')).toBeUndefined();
    expect(findCatalogModel('constructor', 'name')).toBeUndefined();
  });

  it('knows tiers, and what is on its way out', () => {
    const grok = findCatalogModel('xai', 'grok-4.5');
    expect(grok?.price.tiers).toMatchObject([
      { inputTokensFrom: 200_000, inputNanoUsdPerMtok: 4_000_000_000n },
    ]);
    expect(findCatalogModel('xai', 'grok-2')?.deprecated).toBe(true);
  });
});
