import { describe, expect, it } from 'vitest';
import { instant, marginPercent, percentDecimal } from './values.ts';

describe('a time', () => {
  it.each([
    ['2027-01-31', '2027-01-31T00:00:00.000Z'],
    ['2028-02-29', '2028-02-29T00:00:00.000Z'],
    ['2027-01-31T08:30', '2027-01-31T08:30:00.000Z'],
    ['2027-01-31 08:30:15', '2027-01-31T08:30:15.000Z'],
    ['2027-01-31T08:30:15.250Z', '2027-01-31T08:30:15.250Z'],
    ['2027-01-31T00:30+02:00', '2027-01-30T22:30:00.000Z'],
  ])('%s is of UTC unless it says otherwise', (text, at) => {
    expect(instant(text).toISOString()).toBe(at);
  });

  it.each(['', '31.1.2027', '2027-1-31', '2027-13-01', '2027-02-29', '2027-01-31T', '2027-01-31T08:60Z'])(
    '"%s" is none',
    (text) => expect(() => instant(text)).toThrow('Write a date like'),
  );
});

describe('a margin', () => {
  it.each([
    ['12.5', 125_000],
    ['0', 0],
    ['-0', 0],
    ['-100', -1_000_000],
    ['10000', 100_000_000],
    ['0.0001', 1],
    ['-0.0001', -1],
    ['20.10000000', 201_000],
  ])('%s is %d millionths', (text, ppm) => {
    expect(Object.is(marginPercent(text), ppm)).toBe(true);
  });

  it.each([
    [125_000, '12.5'],
    [-1, '-0.0001'],
    [-1_000_000, '-100'],
    [201_000, '20.1'],
    [0, '0'],
  ])('%d millionths are %s percent', (ppm, text) => {
    expect(percentDecimal(ppm)).toBe(text);
  });
});
