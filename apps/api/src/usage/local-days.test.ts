import { describe, expect, it } from 'vitest';
import { localDays } from './local-days.ts';

const starts = (timeZone: string, count: number, now: string) =>
  localDays(timeZone, count, Date.parse(now)).map(
    ({ day, startsAt }) => `${day} ${startsAt.toISOString().slice(0, 16)}`,
  );

describe('the days of a time zone', () => {
  it('end with today there, which may be another day than in UTC', () => {
    expect(starts('UTC', 2, '2026-03-10T00:00:00Z')).toEqual([
      '2026-03-09 2026-03-09T00:00',
      '2026-03-10 2026-03-10T00:00',
    ]);
    expect(starts('Asia/Kolkata', 1, '2026-03-09T18:30:00Z')).toEqual(['2026-03-10 2026-03-09T18:30']);
    expect(starts('Asia/Kolkata', 1, '2026-03-09T18:29:59Z')).toEqual(['2026-03-09 2026-03-08T18:30']);
    expect(starts('Pacific/Kiritimati', 1, '2026-03-09T10:00:00Z')).toEqual(['2026-03-10 2026-03-09T10:00']);
    expect(starts('Pacific/Pago_Pago', 1, '2026-03-09T10:59:00Z')).toEqual(['2026-03-08 2026-03-08T11:00']);
  });

  it('have 23 or 25 hours where clocks change', () => {
    expect(starts('Europe/Paris', 2, '2026-03-30T12:00:00Z')).toEqual([
      '2026-03-29 2026-03-28T23:00',
      '2026-03-30 2026-03-29T22:00',
    ]);
    expect(starts('Europe/Paris', 2, '2026-10-26T12:00:00Z')).toEqual([
      '2026-10-25 2026-10-24T22:00',
      '2026-10-26 2026-10-25T23:00',
    ]);
  });

  it('begin at one o’clock where midnight is skipped', () => {
    // Beirut's clocks go from 23:59:59 to 01:00 on the last Sunday of March.
    expect(starts('Asia/Beirut', 1, '2026-03-29T12:00:00Z')).toEqual(['2026-03-29 2026-03-28T22:00']);
  });

  it('cross months and years', () => {
    expect(localDays('UTC', 3, Date.parse('2028-03-01T05:00:00Z')).map(({ day }) => day)).toEqual([
      '2028-02-28',
      '2028-02-29',
      '2028-03-01',
    ]);
  });
});
