import { expect, it } from 'vitest';
import { SeenRouteStats } from './route-stats.ts';

it('averages what was seen lately, and forgets what is long past', () => {
  const clock = { ms: 1_000_000 };
  const stats = new SeenRouteStats(() => clock.ms);
  expect([stats.firstByteMs('rte_1'), stats.outputTokensPerSecond('rte_1')]).toEqual([undefined, undefined]);
  stats.add('rte_1', { firstByteMs: 100, totalMs: 1_000, outputTokens: 50 });
  stats.add('rte_1', { firstByteMs: 300, totalMs: 3_000, outputTokens: 350 });
  expect(stats.firstByteMs('rte_1')).toBeCloseTo(200);
  expect(stats.outputTokensPerSecond('rte_1')).toBeCloseTo(100);

  clock.ms += 5 * 60_000;
  stats.add('rte_1', { firstByteMs: 500, totalMs: 1_000, outputTokens: 10 });
  // The first two count half.
  expect(stats.firstByteMs('rte_1')).toBeCloseTo(350);

  clock.ms += 60 * 60_000;
  expect(stats.firstByteMs('rte_1')).toBeUndefined();
});
