import { chargeNanoUsd } from '@weir/catalog/charge';
import { describe, expect, test } from 'vitest';
import { componentsOf } from './price.ts';
import { receiptOf, rowPrice, TOKENS_PER_MTOK, type UsedTokens } from './receipt.ts';
import { PLAIN_PRICE } from './testing/model.ts';

const plain = componentsOf(PLAIN_PRICE);
const rich = componentsOf({
  ...PLAIN_PRICE,
  cachedInputNanoUsdPerMtok: '100000001',
  cacheWrite5mNanoUsdPerMtok: '1250000003',
  reasoningNanoUsdPerMtok: '3000000007',
  audioOutputNanoUsdPerMtok: '20000000011',
  imageNanoUsd: '1300',
  requestNanoUsd: '700',
});
const used = {
  inputTokens: 1_000,
  cachedInputTokens: 300,
  cacheWrite1hTokens: 50,
  audioInputTokens: 20,
  images: 2,
  outputTokens: 400,
  reasoningTokens: 120,
  audioOutputTokens: 30,
};
const linesOf = (tokens: UsedTokens, price = rich) =>
  receiptOf(tokens, price).lines.map(({ item, count }) => [item, count]);

describe('a receipt', () => {
  test('of a plain price has two lines, and tells the parts beside them', () => {
    const { lines, included } = receiptOf(used, plain);
    expect(lines.map(({ item, count }) => [item, count])).toEqual([
      ['input', 1_000],
      ['output', 400],
    ]);
    expect(included).toEqual([
      { part: 'cachedInput', count: 300 },
      { part: 'cacheWrite1h', count: 50 },
      { part: 'audioInput', count: 20 },
      { part: 'reasoning', count: 120 },
      { part: 'audioOutput', count: 30 },
      { part: 'image', count: 2 },
    ]);
  });

  test('has a line for each part with a price of its own, and one for what is left', () => {
    expect(linesOf(used)).toEqual([
      ['cachedInput', 300],
      ['cacheWrite1h', 50],
      ['otherInput', 650],
      ['reasoning', 120],
      ['audioOutput', 30],
      ['otherOutput', 250],
      ['image', 2],
      ['request', 1],
    ]);
    expect(receiptOf(used, rich).included).toEqual([{ part: 'audioInput', count: 20 }]);
  });

  test('shows no more of the parts than their whole has', () => {
    expect(
      linesOf({ inputTokens: 310, outputTokens: 0, cachedInputTokens: 300, cacheWrite1hTokens: 50 }),
    ).toEqual([
      ['cachedInput', 300],
      ['cacheWrite1h', 10],
      ['otherInput', 0],
      ['output', 0],
      ['request', 1],
    ]);
  });

  test('of tokens that nobody counted says so', () => {
    const { lines } = receiptOf({ inputTokens: null, outputTokens: 5 }, plain);
    expect(lines[0]).toMatchObject({ count: null, scaledNanoUsd: undefined });
    expect(lines[1]).toMatchObject({ count: 5, scaledNanoUsd: 20_000_000_000n });
  });

  test('without a price names none', () => {
    expect(
      rowPrice({ ...PLAIN_PRICE, inputNanoUsdPerMtok: null, outputNanoUsdPerMtok: null }),
    ).toBeUndefined();
    expect(receiptOf(used, undefined).lines.map(({ unitNanoUsd }) => unitNanoUsd)).toEqual([
      undefined,
      undefined,
    ]);
  });
});

const OVERLAPPING = { ...used, cachedInputTokens: 900, cacheWrite1hTokens: 900, reasoningTokens: 900 };

test.each([
  ['plain', plain, used],
  ['rich', rich, used],
  ['parts beyond their whole', rich, OVERLAPPING],
  ['nothing', rich, { inputTokens: 0, outputTokens: 0 }],
])('the lines come to the charge: %s', (_, price, tokens) => {
  const scaled = receiptOf(tokens, price).lines.reduce((sum, line) => sum + (line.scaledNanoUsd ?? 0n), 0n);
  expect((scaled + TOKENS_PER_MTOK - 1n) / TOKENS_PER_MTOK).toBe(chargeNanoUsd(tokens, price));
});
