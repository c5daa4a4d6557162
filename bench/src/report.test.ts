import { describe, expect, it } from 'vitest';
import { digits, isMet, toJson, toMarkdown, type Figure, type Report } from './report.ts';

const CHEAP: Figure = {
  what: 'CPU per request',
  unit: 'µs',
  base: 50,
  measured: 100,
  compared: { how: 'ratio', value: 2, lowest: 1.9, highest: 2.1 },
  bar: { is: 'at most', value: 2.2, goal: 1.5 },
};
const SLOW: Figure = {
  what: 'requests per second',
  unit: '',
  base: 20_000,
  measured: 5_000,
  compared: { how: 'ratio', value: 0.25, lowest: 0.2, highest: 0.3 },
  bar: { is: 'at least', value: 0.35 },
};
const LATE: Figure = {
  what: 'last byte, p50',
  unit: 'ms',
  base: 0.4,
  measured: 2.15,
  compared: { how: 'difference', value: 1.75, lowest: 1.7, highest: 1.8 },
  bar: { is: 'at most', value: 1.9 },
};
const ALONE: Figure = { what: 'holds left', unit: '', measured: 1, bar: { is: 'at most', value: 0 } };

const REPORT: Report = {
  title: 'The relay beside a bare pass-through',
  machine: {
    cpu: 'A CPU',
    cores: 2,
    node: 'v26.10.0',
    postgres: '18.4 (fsync on)',
    loadAverage: 0.25,
    commit: 'abc1234',
    date: '2026-11-22T00:00:00.000Z',
    pinned: true,
  },
  sides: ['pass-through', 'relay'],
  cases: [
    { name: 'json', title: 'Small JSON replies', conditions: ['As measured.'], figures: [CHEAP, SLOW, LATE] },
    { name: 'latency', title: 'Not measured', failure: 'Calls pile up.', conditions: [], figures: [] },
  ],
};

describe('a bar', () => {
  it('is for the compared value, or for the only one', () => {
    expect([CHEAP, SLOW, LATE, ALONE].map(isMet)).toEqual([true, false, true, false]);
    expect(isMet({ ...ALONE, measured: 0 })).toBe(true);
    expect(isMet({ what: 'p99', unit: 'ms', measured: 3 })).toBeUndefined();
  });
});

describe('the report', () => {
  const markdown = toMarkdown(REPORT);

  it('has a row for each figure, with the bar and whether it is met', () => {
    expect(markdown).toContain(
      '| CPU per request | 50 µs | 100 µs | 2 × | 1.90 – 2.10 | ≤ 2.20 ×, then 1.50 | met |',
    );
    expect(markdown).toContain(
      '| requests per second | 20,000 | 5,000 | 0.25 × | 0.20 – 0.30 | ≥ 0.35 × | **not met** |',
    );
    expect(markdown).toContain(
      '| last byte, p50 | 0.40 ms | 2.15 ms | +1.75 ms | 1.70 – 1.80 | ≤ 1.90 ms | met |',
    );
  });

  it('says what it was measured on, and what could not be', () => {
    expect(markdown).toContain(
      'commit abc1234. A CPU, 2 cores, process under test alone on one; Node v26.10.0',
    );
    expect(markdown).toContain('## Not measured (`latency`)\n\n**Calls pile up.**');
    expect(toMarkdown({ ...REPORT, machine: { ...REPORT.machine, pinned: false } })).toContain(
      '**not pinned to cores**',
    );
  });

  it('shows what went on meanwhile', () => {
    const series = {
      columns: ['s', 'RSS, MiB'],
      rows: [
        [0, 250.25],
        [10, 251],
      ],
    };
    const [json] = REPORT.cases;
    const shown = toMarkdown({ ...REPORT, cases: json ? [{ ...json, series }] : [] });
    expect(shown).toContain('| s | RSS, MiB |\n| ---: | ---: |\n| 0 | 250 |\n| 10 | 251 |');
  });

  it('is one object in JSON, with the verdicts', () => {
    const parsed = JSON.parse(toJson(REPORT)) as { cases: { figures: { what: string; met: boolean }[] }[] };
    expect(parsed.cases[0]?.figures.map(({ met }) => met)).toEqual([true, false, true]);
  });
});

describe('a number', () => {
  it.each([
    [0, '0'],
    [0.456, '0.46'],
    [12.345, '12.3'],
    [123.45, '123'],
    [18_795.2, '18,795'],
    [-2.5, '-2.50'],
    [71, '71'],
  ])('%d is written as %s', (value, text) => {
    expect(digits(value)).toBe(text);
  });
});
