import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apiKeyHint, hashSecret, isWellFormedApiKey, newApiKey } from './api-key.ts';
import { toWeirError, WeirError } from './errors.ts';
import { idTimeMs, newId } from './ids.ts';
import { parseUsd, usdDecimal } from './money.ts';
import { secretBox } from './secret-box.ts';

describe('money', () => {
  it.each([
    ['5', 5_000_000_000n],
    ['0.15', 150_000_000n],
    ['0.000000001', 1n],
    ['-2.5', -2_500_000_000n],
    ['999999999.999999999', 999_999_999_999_999_999n],
  ])('reads %s exactly', (text, nano) => {
    expect(parseUsd(text)).toBe(nano);
    expect(usdDecimal(nano)).toBe(text);
  });

  it.each(['', '1e3', '0.0000000001', '1,5', '$5', '.5', '+1', '1000000000', 'NaN'])(
    'refuses "%s"',
    (text) => {
      expect(() => parseUsd(text)).toThrow(RangeError);
    },
  );

  it('is written so that it reads back the same', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 18n) + 1n, max: 10n ** 18n - 1n }), (nano) => {
        expect(parseUsd(usdDecimal(nano))).toBe(nano);
      }),
    );
  });
});

describe('an id', () => {
  it('carries its kind and its time, and sorts by it', () => {
    const times = [0, 1, 1_700_000_000_000, 1_700_000_000_001, 2 ** 48 - 1];
    const ids = times.map((time) => newId('request', time));
    expect(ids.map(idTimeMs)).toEqual(times);
    expect(ids.toSorted()).toEqual(ids);
    expect(ids[0]).toMatch(/^req_[0-9a-z]{26}$/);
    expect(new Set(Array.from({ length: 1000 }, () => newId('key', 5))).size).toBe(1000);
    expect(idTimeMs('req_x')).toBeUndefined();
  });
});

describe('an API key', () => {
  it('is told from anything that differs in one character', () => {
    const key = newApiKey();
    expect(key).toMatch(/^sk-weir-[0-9a-z]{39}$/);
    expect(isWellFormedApiKey(key)).toBe(true);
    for (let at = 0; at < key.length; at++) {
      const other = key[at] === '0' ? '1' : '0';
      expect(isWellFormedApiKey(key.slice(0, at) + other + key.slice(at + 1))).toBe(false);
    }
    for (const text of ['', `${key} `, key.slice(1), key.toUpperCase(), `${key}${key}`]) {
      expect(isWellFormedApiKey(text)).toBe(false);
    }
  });

  it('shows little of itself, and nothing in its hash', () => {
    const key = newApiKey();
    expect(apiKeyHint(key)).toEqual({ prefix: key.slice(0, 12), last4: key.slice(-4) });
    expect(hashSecret('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});

describe('the secret box', () => {
  const box = secretBox('a secret key of at least 32 characters');

  it('opens what it sealed, for the same context, and nothing else', () => {
    const sealed = box.seal('vendor-key', 'chn_1');
    expect(sealed).not.toContain('vendor-key');
    expect(box.seal('vendor-key', 'chn_1')).not.toBe(sealed);
    expect(box.open(sealed, 'chn_1')).toBe('vendor-key');
    expect(() => box.open(sealed, 'chn_2')).toThrow();
    expect(() => secretBox('another secret key of 32 characters!').open(sealed, 'chn_1')).toThrow();
    for (const at of [3, 20, sealed.length - 1]) {
      for (const other of 'ABCDQgw_'.replace(sealed.charAt(at), '')) {
        const changed = sealed.slice(0, at) + other + sealed.slice(at + 1);
        expect(() => box.open(changed, 'chn_1')).toThrow();
      }
    }
    expect(() => box.open('v1.', 'chn_1')).toThrow('not a sealed secret');
  });
});

describe('an unknown error', () => {
  it('is converted with nothing of its text shown', () => {
    const error = toWeirError(new Error('select * from users'));
    expect(error).toMatchObject({ code: 'internal_error', status: 500 });
    expect(error.message).not.toContain('select');
    const ours = new WeirError('rate_limited', 'Slow down.');
    expect(toWeirError(ours)).toBe(ours);
  });
});
