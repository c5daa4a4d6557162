import { readFileSync } from 'node:fs';
import { array, assert, property, string } from 'fast-check';
import { countTokens as countUnsplit, encode } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, test } from 'vitest';
import { countTokens } from './count-tokens.ts';
import { RUN_UNITS_MAX, splitLongRuns } from './split-long-runs.ts';

const asText = { disallowedSpecial: new Set<string>() };

const NORMAL_TEXTS: Record<string, string> = {
  'this source file': readFileSync(import.meta.filename, 'utf8'),
  json: JSON.stringify(
    { model: 'sandbox/echo', stream: true, values: [1, 2.5, null, 'naïve'] },
    undefined,
    4,
  ),
  chinese: '计量流经其中的内容，然后结算。'.repeat(100),
  thai: 'มนุษย์ทั้งหลายเกิดมามีอิสระและเสมอภาคกัน '.repeat(50),
  emoji: 'ok 👩‍👩‍👧‍👦 🇩🇪 ❤️ '.repeat(60),
  base64: Buffer.from(Array.from({ length: 3000 }, (_, i) => (i * 7919) % 251)).toString('base64'),
  'a run at the limit': `${'a'.repeat(RUN_UNITS_MAX)} ${'-'.repeat(RUN_UNITS_MAX - 1)}1`,
};

describe('countTokens', () => {
  test.each([
    ['', 0],
    ['hello world', 2],
    ['tokenization', 2],
  ])('counts %j as %i', (text, tokens) => {
    expect(countTokens(text)).toBe(tokens);
  });

  test.each(Object.entries(NORMAL_TEXTS))('equals the tokenizer’s own count: %s', (_name, text) => {
    expect(countTokens(text)).toBe(countUnsplit(text, asText));
  });

  test('equals the tokenizer’s own count for any words', () => {
    assert(
      property(array(string({ unit: 'grapheme', maxLength: 40 })), (words) => {
        const text = words.map((word) => `${word} 1`).join('');
        expect(countTokens(text)).toBe(countUnsplit(text, asText));
      }),
    );
  });

  test('takes control tokens in a text for text', () => {
    expect(countTokens('<|endoftext|>')).toBe(encode('<|endoftext|>', asText).length);
    expect(countTokens('<|endoftext|>')).toBeGreaterThan(1);
  });

  test('counts lone surrogates without throwing', () => {
    expect(countTokens('a\ud800b\udc00')).toBeGreaterThan(0);
  });

  test('a run of one letter costs about what its pieces cost', () => {
    const pieceTokens = countTokens('a'.repeat(RUN_UNITS_MAX));
    expect(countTokens('a'.repeat(RUN_UNITS_MAX * 100))).toBe(pieceTokens * 100);
  });
});

describe('splitLongRuns', () => {
  const LONG_RUNS: Record<string, string> = {
    'one letter': 'a'.repeat(200_000),
    spaces: ' '.repeat(200_000),
    'slashes and line breaks': '/\n'.repeat(100_000),
    emoji: '😀'.repeat(100_000),
    'lone surrogates': '\ud800'.repeat(200_000),
    'signs after an accented run': `${'a'.repeat(300)}\u0301${'-'.repeat(200_000)}`,
    'accents among signs': '--\u0301'.repeat(70_000),
  };

  test.each(Object.entries(LONG_RUNS))('cuts %s into few bounded pieces', (_name, text) => {
    const pieces = splitLongRuns(text);
    expect(pieces.join('')).toBe(text);
    // A piece may hold the end of one run and the first cut of the next.
    expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThanOrEqual(RUN_UNITS_MAX * 2);
    expect(pieces.length).toBeLessThanOrEqual(Math.ceil(text.length / (RUN_UNITS_MAX - 1)) + 2);
  });

  test('never separates the halves of a surrogate pair', () => {
    const pieces = splitLongRuns(`a1${'b'.repeat(3)}${'𝒳'.repeat(400)}`);
    expect(pieces.length).toBeGreaterThan(1);
    expect(pieces.every((piece) => piece.isWellFormed())).toBe(true);
  });

  test('leaves a text without long runs whole', () => {
    const text = `${'a'.repeat(RUN_UNITS_MAX)}1`.repeat(50);
    expect(splitLongRuns(text)).toEqual([text]);
  });
});
