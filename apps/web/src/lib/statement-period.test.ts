import { expect, test } from 'vitest';
import { statementMonth } from './statement-period.ts';

const NOW = new Date('2026-03-31T23:30:00Z');

test('a month has its days, and the months beside it', () => {
  expect(statementMonth('2026-02', NOW)).toEqual({
    month: '2026-02',
    fromDay: '2026-02-01',
    toDay: '2026-02-28',
    previous: '2026-01',
    next: '2026-03',
  });
  expect(statementMonth('2026-01', NOW)).toMatchObject({ previous: '2025-12', toDay: '2026-01-31' });
});

test('what is no month, or has not begun, is the present one', () => {
  for (const text of [null, '', '2026-13', '2026-04', 'x', '0001-01']) {
    expect(statementMonth(text, NOW)).toMatchObject({
      month: '2026-03',
      fromDay: '2026-03-01',
      toDay: '2026-03-31',
      next: undefined,
    });
  }
});
