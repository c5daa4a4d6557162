import { expect, test } from 'vitest';
import { runwayDays } from './runway.ts';

const week = [
  '2026-11-16',
  '2026-11-17',
  '2026-11-18',
  '2026-11-19',
  '2026-11-20',
  '2026-11-21',
  '2026-11-22',
];

test('lasts as the last seven days were', () => {
  const days = [
    { day: '2026-11-20', spendNanoUsd: '4000' },
    { day: '2026-11-20', spendNanoUsd: '2000' },
    { day: '2026-11-22', spendNanoUsd: '1000' },
    { day: '2026-11-01', spendNanoUsd: '999999' },
  ];
  expect(runwayDays(10_500n, days, week)).toBe(10);
});

test('no spending is no pace', () => {
  expect(runwayDays(10n, [], week)).toBeUndefined();
});

test('nothing left lasts no day', () => {
  expect(runwayDays(0n, [{ day: '2026-11-22', spendNanoUsd: '1' }], week)).toBe(0);
});
