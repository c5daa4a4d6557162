import { expect, it } from 'vitest';
import { budgetPeriods } from './budget-periods.ts';

it('weeks begin on Monday, months on the 1st', () => {
  expect(budgetPeriods('2026-11-22')).toEqual({
    day: { firstDay: '2026-11-22', endsAt: '2026-11-23T00:00:00.000Z' },
    week: { firstDay: '2026-11-16', endsAt: '2026-11-23T00:00:00.000Z' },
    month: { firstDay: '2026-11-01', endsAt: '2026-12-01T00:00:00.000Z' },
  });
  expect(budgetPeriods('2026-11-23').week.firstDay).toBe('2026-11-23');
});

it('cross months and years', () => {
  expect(budgetPeriods('2027-01-01')).toMatchObject({
    week: { firstDay: '2026-12-28', endsAt: '2027-01-04T00:00:00.000Z' },
    month: { firstDay: '2027-01-01' },
  });
  expect(budgetPeriods('2028-12-31').month.endsAt).toBe('2029-01-01T00:00:00.000Z');
  expect(budgetPeriods('2028-02-29').day.endsAt).toBe('2028-03-01T00:00:00.000Z');
});
