import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scaledDecimal } from './decimal.ts';

describe('a scaled decimal', () => {
  it('is exact where a float is not', () => {
    expect(scaledDecimal('0.1', 9)).toBe(100_000_000n);
    expect(1.005 * 1e9).not.toBe(1_005_000_000);
    expect(scaledDecimal('1.005', 9)).toBe(1_005_000_000n);
    expect(scaledDecimal('0.003625', 9)).toBe(3_625_000n);
    expect(scaledDecimal('1e-7', 9)).toBe(100n);
    expect(scaledDecimal('1.25e+21', 0)).toBe(1_250_000_000_000_000_000_000n);
    expect(scaledDecimal('30', 9)).toBe(30_000_000_000n);
  });

  it('is nothing when digits would be lost, or the text is no such number', () => {
    expect(scaledDecimal('0.08333333333333334', 9)).toBeUndefined();
    expect(scaledDecimal('1e-10', 9)).toBeUndefined();
    for (const text of ['', '-1', '.5', '5.', 'NaN', 'Infinity', '0x10', ' 1']) {
      expect([text, scaledDecimal(text, 9)]).toEqual([text, undefined]);
    }
  });

  it('reads any decimal back that JavaScript writes', () => {
    fc.assert(
      fc.property(fc.nat(999_999_999), fc.nat(9), (digits, places) => {
        const written = String(Number(`${digits}e-${places}`));
        expect(scaledDecimal(written, 9)).toBe(BigInt(digits) * 10n ** BigInt(9 - places));
      }),
    );
  });
});
