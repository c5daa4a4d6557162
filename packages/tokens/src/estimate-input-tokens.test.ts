import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { countTokens } from './count-tokens.ts';
import { estimateInputTokens } from './estimate-input-tokens.ts';

/** Bytes that look random and are the same in every run. */
const noise = Buffer.concat(
  Array.from({ length: 500 }, (_, i) => createHash('sha256').update(String(i)).digest()),
);

const CORPUS: Record<string, string> = {
  empty: '',
  'one letter': 'x',
  prose:
    'A weir is built across a stream to measure what flows through it, and to hold some of it back. '.repeat(
      40,
    ),
  german: 'Alle Menschen sind frei und gleich an Würde und Rechten geboren. '.repeat(20),
  code: readFileSync(import.meta.filename, 'utf8'),
  json: JSON.stringify(
    Array.from({ length: 200 }, (_, i) => ({
      id: noise.toString('hex', i * 16, i * 16 + 16),
      score: i / 7,
      ok: i % 2 === 0,
    })),
  ),
  chinese: '敏捷的棕色狐狸跳过了懒狗。人工智能正在改变世界，计量流经其中的内容。'.repeat(20),
  'classical chinese': '國破山河在，城春草木深。感時花濺淚，恨別鳥驚心。',
  japanese: '吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。',
  korean: '안녕하세요. 오늘은 날씨가 매우 좋습니다. 우리는 공원에 산책하러 갑시다.',
  russian: 'Съешь же ещё этих мягких французских булок, да выпей чаю.',
  arabic: 'كان يا ما كان في قديم الزمان وسالف العصر والأوان',
  hindi: 'सभी मनुष्यों को गौरव और अधिकारों के मामले में जन्मजात स्वतन्त्रता और समानता प्राप्त है।',
  amharic: 'የሰው ልጅ ሁሉ ሲወለድ ነጻና በክብርና በመብትም እኩልነት ያለው ነው',
  base64: noise.toString('base64'),
  hex: noise.toString('hex'),
  digits: Array.from(noise, (byte) => byte % 10).join(''),
  'numbers in columns': Array.from({ length: 500 }, (_, i) => `${i},${(i * 7919) % 1000},${i * 31}`).join(
    '\n',
  ),
  emoji: '😀🎉👩‍👩‍👧‍👦🇩🇪❤️🚀🧑🏽‍💻'.repeat(20),
  signs: Array.from(noise, (byte) => '!@#$%^&*()_+-=[]{};:,.<>/?'.charAt(byte % 26)).join(''),
};

test.each(Object.entries(CORPUS))('is not below the count: %s', (_name, text) => {
  expect(estimateInputTokens(text)).toBeGreaterThanOrEqual(countTokens(text));
});

test('overestimates prose by no more than four times', () => {
  const text = CORPUS['prose'] ?? '';
  expect(estimateInputTokens(text)).toBeLessThanOrEqual(countTokens(text) * 4);
});

test('stays within a quarter of the worst case, one token per byte', () => {
  const text = '1 2 3 4 5 6 7 8 9 '.repeat(50);
  expect(estimateInputTokens(text)).toBeGreaterThanOrEqual(countTokens(text) * 0.75);
});
