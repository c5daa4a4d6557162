/**
 * The value that `share` (0 to 1) of the values don't exceed, by the nearest rank.
 * @throws {RangeError} when there are none: no measurement is not a zero.
 */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new RangeError('there is nothing to take a percentile of');
  return value;
}

/** The middle value, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  if (low === undefined || high === undefined) throw new RangeError('there is nothing to take a median of');
  return (low + high) / 2;
}

/** What the measured side comes to beside the base, and how far the rounds were apart. */
export interface Comparison {
  readonly how: 'ratio' | 'difference';
  readonly value: number;
  /** The lowest and the highest of the rounds, each pair taken by itself. */
  readonly lowest: number;
  readonly highest: number;
}

/** Compares the medians of two series of alternating rounds: `measured ÷ base`, or `measured − base`. */
export function compare(
  how: Comparison['how'],
  base: readonly number[],
  measured: readonly number[],
): Comparison {
  const between = (one: number, other: number) => (how === 'ratio' ? other / one : other - one);
  const pairs = base.flatMap((value, i) => {
    const other = measured[i];
    return other === undefined ? [] : [between(value, other)];
  });
  return {
    how,
    value: between(median(base), median(measured)),
    lowest: Math.min(...pairs),
    highest: Math.max(...pairs),
  };
}

/** The slope of the straight line that fits best, per unit of x. */
export function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanX, meanY] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))];
  const [covariance, variance] = points.reduce(
    ([xy, xx], [x, y]) => [xy + (x - meanX) * (y - meanY), xx + (x - meanX) ** 2],
    [0, 0],
  );
  if (variance === 0) throw new RangeError('a line needs two points');
  return covariance / variance;
}
