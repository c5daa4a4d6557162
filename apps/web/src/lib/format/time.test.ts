import { expect, test } from 'vitest';
import {
  dayIn,
  daysUntil,
  formatDay,
  formatDuration,
  formatExact,
  formatRelative,
  isTimeZone,
} from './time.ts';

const now = new Date('2026-11-22T10:00:00Z');

test('near times are relative, far ones a date', () => {
  expect(formatRelative(new Date('2026-11-22T09:59:30Z'), now, 'en', 'UTC')).toBeUndefined();
  expect(formatRelative(new Date('2026-11-22T09:55:00Z'), now, 'en', 'UTC')).toBe('5 min. ago');
  expect(formatRelative(new Date('2026-11-20T09:00:00Z'), now, 'en', 'UTC')).toBe('2 days ago');
  expect(formatRelative(new Date('2026-11-01T09:00:00Z'), now, 'en', 'UTC')).toBe('Nov 1, 2026');
  expect(formatRelative(new Date('2026-11-22T09:55:00Z'), now, 'zh-CN', 'UTC')).toBe('5分钟前');
});

test('the exact time is in the person’s zone and says which', () => {
  expect(formatExact(now, 'en', 'Asia/Tokyo')).toBe('Nov 22, 2026, 19:00:00 GMT+9');
});

test('durations change unit at a second', () => {
  expect(formatDuration(340.4, 'en')).toBe('340 ms');
  expect(formatDuration(1_240, 'en')).toBe('1.24 s');
});

test('a day is the day of the zone', () => {
  expect(dayIn(new Date('2026-11-22T20:00:00Z'), 'Asia/Shanghai')).toBe('2026-11-23');
  expect(formatDay('2026-11-22', 'en')).toBe('Nov 22');
});

test('days until a day cross the end of a month', () => {
  expect(daysUntil('2026-03-02', 4)).toEqual(['2026-02-27', '2026-02-28', '2026-03-01', '2026-03-02']);
});

test('only known zones are zones', () => {
  expect(isTimeZone('Europe/Vienna')).toBe(true);
  expect(isTimeZone('Mars/Olympus')).toBe(false);
  expect(isTimeZone('')).toBe(false);
});
