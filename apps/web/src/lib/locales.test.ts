import { expect, test } from 'vitest';
import { pickLocale } from './locales.ts';

test('a choice wins over the browser', () => {
  expect(pickLocale('zh-CN', 'en-US')).toBe('zh-CN');
  expect(pickLocale('fr', 'zh-TW')).toBe('zh-CN');
});

test.each([
  ['zh-Hans-CN,zh;q=0.9,en;q=0.8', 'zh-CN'],
  ['en-GB,zh;q=0.9', 'en'],
  ['fr;q=1, zh-HK;q=0.7, en;q=0.6', 'zh-CN'],
  ['zh;q=0, en', 'en'],
  ['fr', 'en'],
  [null, 'en'],
])('%j is answered in %s', (header, locale) => {
  expect(pickLocale(undefined, header)).toBe(locale);
});

test('a language that is not on offer is not answered in', () => {
  expect(pickLocale('en', 'en-GB', ['zh-CN'])).toBe('zh-CN');
  expect(pickLocale(undefined, 'fr,en;q=0.5', ['zh-CN', 'en'])).toBe('en');
  expect(pickLocale(undefined, 'fr', ['zh-CN', 'en'])).toBe('zh-CN');
});
