import type { Model, PriceComponentsView } from '../api-types.ts';

/** A price without a part of its own. */
export const PLAIN_PRICE: PriceComponentsView = {
  inputNanoUsdPerMtok: '1000000000',
  outputNanoUsdPerMtok: '4000000000',
  cachedInputNanoUsdPerMtok: null,
  cacheWrite5mNanoUsdPerMtok: null,
  cacheWrite1hNanoUsdPerMtok: null,
  reasoningNanoUsdPerMtok: null,
  audioInputNanoUsdPerMtok: null,
  audioOutputNanoUsdPerMtok: null,
  imageNanoUsd: null,
  requestNanoUsd: null,
};

/** A model as the api lists it, at the plain price unless said otherwise. */
export function testModel(given: Partial<Model>): Model {
  return {
    modelId: 'vendor/model',
    vendor: 'openai',
    servedBy: [{ vendor: 'vendor', region: null }],
    simulated: false,
    contextTokensMax: null,
    outputTokensMax: null,
    priceId: 'prc_test',
    effectiveFrom: '2026-01-01T00:00:00.000Z',
    tiers: [],
    nextPrice: null,
    marginPpm: null,
    ...PLAIN_PRICE,
    ...given,
  };
}
