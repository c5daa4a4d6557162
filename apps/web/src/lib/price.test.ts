import { expect, test } from 'vitest';
import { componentsOf, partPrices, priceOf } from './price.ts';
import { PLAIN_PRICE, testModel } from './testing/model.ts';

const parts = (given: Partial<typeof PLAIN_PRICE>) =>
  partPrices(componentsOf({ ...PLAIN_PRICE, ...given })).map(({ part, nanoUsd }) => [part, nanoUsd]);

test('a part is named only where it costs something else than its whole', () => {
  expect(parts({})).toEqual([]);
  expect(
    parts({
      cachedInputNanoUsdPerMtok: '100000000',
      audioInputNanoUsdPerMtok: PLAIN_PRICE.inputNanoUsdPerMtok,
      reasoningNanoUsdPerMtok: PLAIN_PRICE.outputNanoUsdPerMtok,
      imageNanoUsd: '0',
      requestNanoUsd: '500000',
    }),
  ).toEqual([
    ['cachedInput', 100_000_000n],
    ['request', 500_000n],
  ]);
});

test('cached input may be free', () => {
  expect(parts({ cachedInputNanoUsdPerMtok: '0' })).toEqual([['cachedInput', 0n]]);
});

test('a cache write for an hour costs what one for five minutes does, unless it has a price of its own', () => {
  expect(parts({ cacheWrite5mNanoUsdPerMtok: '1250000000' })).toEqual([
    ['cacheWrite5m', 1_250_000_000n],
    ['cacheWrite1h', 1_250_000_000n],
  ]);
  expect(
    parts({
      cacheWrite5mNanoUsdPerMtok: '1250000000',
      cacheWrite1hNanoUsdPerMtok: PLAIN_PRICE.inputNanoUsdPerMtok,
    }),
  ).toEqual([['cacheWrite5m', 1_250_000_000n]]);
});

test('a tier keeps its own parts', () => {
  const price = priceOf(
    testModel({ tiers: [{ ...PLAIN_PRICE, inputTokensFrom: 200_000, inputNanoUsdPerMtok: '2000000000' }] }),
  );
  expect(price.tiers).toMatchObject([{ inputTokensFrom: 200_000, inputNanoUsdPerMtok: 2_000_000_000n }]);
  expect(price.tiers?.[0]?.cachedInputNanoUsdPerMtok).toBeUndefined();
});
