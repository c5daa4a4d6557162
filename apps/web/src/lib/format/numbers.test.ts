import { expect, test } from 'vitest';
import { changeOf, formatCompact, formatPpm, formatShare } from './numbers.ts';

test('counts in short', () => {
  expect(formatCompact(980, 'en')).toBe('980');
  expect(formatCompact(12_345, 'en')).toBe('12.3k');
  expect(formatCompact(4_100_000, 'en')).toBe('4.1M');
  expect(formatCompact(12_345, 'zh-CN')).toBe('1.2万');
});

test('small shares keep a decimal', () => {
  expect(formatShare(0.004, 'en')).toBe('0.4%');
  expect(formatShare(0.5, 'en')).toBe('50%');
  expect(formatShare(0, 'en')).toBe('0%');
});

test('millionths keep their digits', () => {
  expect(formatPpm(125_000, 'en')).toBe('12.5%');
  expect(formatPpm(-200_000, 'en')).toBe('20%');
  expect(formatPpm(1, 'en')).toBe('0.0001%');
});

test('a change needs something to compare with', () => {
  expect(changeOf(5, 0, 'en')).toEqual({ direction: 'none', text: '' });
  expect(changeOf(5, null, 'en')).toEqual({ direction: 'none', text: '' });
  expect(changeOf(112, 100, 'en')).toEqual({ direction: 'up', text: '12%' });
  expect(changeOf(50, 100, 'en')).toEqual({ direction: 'down', text: '50%' });
  expect(changeOf(1001, 1000, 'en')).toEqual({ direction: 'same', text: '' });
});
