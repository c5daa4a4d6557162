import { leastId, newId } from '@weir/core/ids';
import { expect, it } from 'vitest';
import { requestDaysTable, requestDayTable } from './request-days.ts';

const noon = Date.parse('2026-03-01T12:00:00Z');
const midnight = Date.parse('2026-03-02T00:00:00Z');

it('a request is in the partition of its day, to the millisecond', () => {
  for (const [timeMs, table] of [
    [noon, 'requests_20260301'],
    [midnight - 1, 'requests_20260301'],
    [midnight, 'requests_20260302'],
    [midnight - 1, 'requests_20260301'],
    [midnight + 1, 'requests_20260302'],
  ] as const) {
    expect(requestDayTable(newId('request', timeMs))).toBe(table);
  }
  expect(requestDayTable(`${leastId('request', midnight)}${'0'.repeat(16)}`)).toBe('requests_20260302');
});

it('requests of several days are in the table of all of them', () => {
  const [before, after] = [newId('request', midnight - 1), newId('request', midnight)];
  expect(requestDaysTable([before, after])).toBe('requests');
  expect(requestDaysTable([before, before])).toBe('requests_20260301');
});

it('what is no request id has no partition', () => {
  expect(() => requestDayTable('req_1')).toThrow(RangeError);
});
