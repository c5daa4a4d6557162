import { expect, test } from 'vitest';
import { readUsd } from './usd-input.ts';

test.each([
  ['25', 25_000_000_000n],
  [' 0.50 ', 500_000_000n],
  ['$5', 5_000_000_000n],
  ['US$ 0.000000001', 1n],
  ['-1', -1_000_000_000n],
])('%j is %s nanoUsd', (text, amount) => {
  expect(readUsd(text)).toBe(amount);
});

test.each(['', 'five', '1,50', '1e3', '0.0000000001', '.5', '5 USD'])('%j is no amount', (text) => {
  expect(readUsd(text)).toBeUndefined();
});
