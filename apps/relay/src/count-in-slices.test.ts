import { countTokens } from '@weir/tokens';
import { expect, it } from 'vitest';
import { countInSlices } from './count-in-slices.ts';

it('counts a long text as a whole count would, and gives way between slices', async () => {
  const text = 'A weir is built across a stream to measure what flows through it. '.repeat(5_000);
  let turns = 0;
  const timer = setInterval(() => turns++, 0);
  const tokens = await countInSlices(text);
  clearInterval(timer);
  expect(Math.abs(tokens - countTokens(text))).toBeLessThanOrEqual(Math.ceil(text.length / (32 * 1024)));
  expect(turns).toBeGreaterThan(0);
});

it('counts short texts exactly, and texts without a space to their end', async () => {
  expect(await countInSlices('')).toBe(0);
  expect(await countInSlices('hello world')).toBe(2);
  expect(await countInSlices('水'.repeat(40_000))).toBeGreaterThan(10_000);
});
