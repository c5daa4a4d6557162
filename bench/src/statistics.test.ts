import { describe, expect, it } from 'vitest';
import { compare, median, percentile, slope } from './statistics.ts';

describe('the median', () => {
  it('is the middle value, or between the two in the middle', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([9, 1, 5, 2])).toBe(3.5);
    expect(median([7])).toBe(7);
  });

  it('of nothing is an error, not a zero', () => {
    expect(() => median([])).toThrow(RangeError);
    expect(() => percentile([], 0.5)).toThrow(RangeError);
  });
});

describe('a percentile', () => {
  const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);

  it('is the nearest rank', () => {
    expect(percentile(hundred, 0.5)).toBe(50);
    expect(percentile(hundred, 0.99)).toBe(99);
    expect(percentile(hundred, 1)).toBe(100);
    expect(percentile([3, 10], 0.01)).toBe(3);
  });

  it('sorts by size, not by digits', () => {
    expect(percentile([1, 10, 2], 1)).toBe(10);
  });
});

describe('a comparison', () => {
  it('is of the medians, and tells how far the pairs of rounds were apart', () => {
    expect(compare('ratio', [10, 20, 40], [30, 20, 60])).toEqual({
      how: 'ratio',
      value: 1.5,
      lowest: 1,
      highest: 3,
    });
    expect(compare('difference', [1, 2], [4, 3])).toEqual({
      how: 'difference',
      value: 2,
      lowest: 1,
      highest: 3,
    });
  });
});

describe('the slope', () => {
  it('is that of the line that fits best', () => {
    expect(
      slope([
        [0, 1],
        [10, 21],
        [20, 41],
      ]),
    ).toBeCloseTo(2);
    expect(
      slope([
        [0, 5],
        [1, 7],
        [2, 5],
      ]),
    ).toBeCloseTo(0);
  });

  it('needs two points', () => {
    expect(() => slope([[1, 1]])).toThrow(RangeError);
  });
});
