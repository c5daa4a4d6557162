import { describe, expect, test } from 'vitest';
import { assignColors, axisMax, barsOf, OTHER, SERIES_COLORS, stackSpend } from './series.ts';

const models = Array.from({ length: 12 }, (_, index) => `model-${index}`);

describe('colours', () => {
  test('are all different within the palette', () => {
    const colors = assignColors(models);
    expect(colors.size).toBe(SERIES_COLORS);
    expect(new Set(colors.values()).size).toBe(SERIES_COLORS);
  });

  test('do not depend on who is biggest', () => {
    const few = models.slice(0, 5);
    expect(assignColors(few.toReversed())).toEqual(assignColors(few));
  });
});

describe('stacks', () => {
  test('every day has a place, the biggest model stands first', () => {
    const chart = stackSpend(
      [
        { day: '2026-11-21', modelId: 'a', spendNanoUsd: '5', requests: 1 },
        { day: '2026-11-21', modelId: 'b', spendNanoUsd: '7', requests: 2 },
      ],
      ['2026-11-20', '2026-11-21'],
    );
    expect(chart.series.map(({ modelId }) => modelId)).toEqual(['b', 'a']);
    expect(chart.days[0]).toEqual({ day: '2026-11-20', totalNanoUsd: 0n, requests: 0, parts: [] });
    expect(chart.days[1]).toMatchObject({ totalNanoUsd: 12n, requests: 3 });
    expect(chart.maxNanoUsd).toBe(12n);
  });

  test('models beyond the palette are one grey part, and no spend is lost', () => {
    const rows = models.map((modelId, index) => ({
      day: '2026-11-21',
      modelId,
      spendNanoUsd: String(100 - index),
      requests: 1,
    }));
    const chart = stackSpend(rows, ['2026-11-21']);
    const last = chart.days[0]?.parts.at(-1);
    expect(last).toEqual({ modelId: OTHER, color: undefined, spendNanoUsd: 92n + 91n + 90n + 89n });
    expect(chart.days[0]?.totalNanoUsd).toBe(rows.reduce((sum, row) => sum + BigInt(row.spendNanoUsd), 0n));
  });
});

test.each([
  [0n, 1_000_000_000n],
  [9n, 10n],
  [100n, 100n],
  [1_210_000n, 1_500_000n],
  [2_300_000n, 2_500_000n],
  [4_300_000n, 5_000_000n],
  [7_000_000n, 8_000_000n],
  [9_900_000n, 10_000_000n],
])('an axis up to %s ends at %s', (max, end) => {
  expect(axisMax(max)).toBe(end);
});

test('bars stand on one another, and the smallest is seen', () => {
  const rows = [900n, 100n, 1n].map((amount, index) => ({
    day: '2026-11-21',
    modelId: `model-${index}`,
    spendNanoUsd: String(amount),
    requests: 1,
  }));
  const [stack] = stackSpend(rows, ['2026-11-21']).days;
  expect(stack && barsOf(stack, 2000n)).toMatchObject([
    { modelId: 'model-0', from: 0, height: 45 },
    { modelId: 'model-1', from: 45, height: 5 },
    { modelId: 'model-2', from: 50, height: 1 },
  ]);
});
