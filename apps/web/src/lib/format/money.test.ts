import { describe, expect, test } from 'vitest';
import { exactMoney, formatBalance, formatCharge, formatMoney, formatPrice } from './money.ts';

describe('money for people', () => {
  test.each([
    [0n, '$0.00'],
    [1_234_500_000_000n, '$1,234.50'],
    [10_000_000n, '$0.01'],
    [9_999_999n, '$0.01'],
    [135_000n, '$0.000135'],
    [135_499n, '$0.000135'],
    [1n, '$0.000000001'],
    [-2_500_000n, '-$0.0025'],
  ])('%s nanoUsd reads %s', (amount, text) => {
    expect(formatMoney(amount, 'en')).toBe(text);
  });

  test('an amount beyond the precision of a float stays exact', () => {
    expect(formatMoney(123_456_789_012_345_670_000_000n, 'en')).toBe('$123,456,789,012,345.67');
  });

  test.each([
    [0n, '$0.00'],
    [135_000n, '$0.000135'],
    [14_230_000n, '$0.0142'],
    [500_000_000n, '$0.50'],
    [12_345_000_000n, '$12.35'],
  ])('a charge of %s nanoUsd reads %s', (amount, text) => {
    expect(formatCharge(amount, 'en')).toBe(text);
  });

  test('a balance is never rounded up', () => {
    expect(formatBalance(4_999_999_999n, 'en')).toBe('$4.99');
    expect(formatBalance(-1n, 'en')).toBe('-$0.01');
  });

  test('the exact amount carries its unit', () => {
    expect(exactMoney(135_000n, 'en')).toBe('$0.000135 (135,000 nanoUsd)');
  });

  test('Chinese readers see which dollar it is', () => {
    expect(formatMoney(5_000_000_000n, 'zh-CN')).toBe('US$5.00');
  });

  test('a price keeps its digits', () => {
    expect(formatPrice(150_000_000n, 'en')).toBe('$0.15');
    expect(formatPrice(75_500_000n, 'en')).toBe('$0.0755');
    expect(formatPrice(3_000_000_000n, 'en')).toBe('$3.00');
  });
});
