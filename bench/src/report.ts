import type { Machine } from './machine.ts';
import type { Comparison } from './statistics.ts';

/** What the compared value, or where there is none the measured one, must not be above, or below. */
export interface Bar {
  readonly is: 'at most' | 'at least';
  readonly value: number;
  /** What is aimed at later. */
  readonly goal?: number;
}

export interface Figure {
  readonly what: string;
  /** Of the figures on both sides; a ratio has none. */
  readonly unit: string;
  readonly base?: number;
  readonly measured: number;
  readonly compared?: Comparison;
  readonly bar?: Bar;
}

export interface CaseReport {
  readonly name: string;
  readonly title: string;
  /** How it was measured, and what may be wrong with it. */
  readonly conditions: readonly string[];
  readonly figures: readonly Figure[];
  /** How it went on, where that is of interest. */
  readonly series?: Series;
  /** Why there are no figures. */
  readonly failure?: string;
}

/** Samples that were taken one after the other. */
export interface Series {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly number[])[];
}

export interface Report {
  readonly title: string;
  readonly machine: Machine;
  /** The names of the two sides, the base first. */
  readonly sides: readonly [string, string];
  readonly cases: readonly CaseReport[];
}

/** @returns undefined where there is no bar. */
export function isMet({ bar, compared, measured }: Figure): boolean | undefined {
  if (!bar) return undefined;
  const value = compared?.value ?? measured;
  return bar.is === 'at most' ? value <= bar.value : value >= bar.value;
}

/** The report as one JSON object, each figure with its verdict (`met`, null where there is no bar). */
export function toJson(report: Report): string {
  const cases = report.cases.map((one) => ({
    ...one,
    figures: one.figures.map((figure) => ({ ...figure, met: isMet(figure) ?? null })),
  }));
  return JSON.stringify({ ...report, cases }, undefined, 2);
}

export function toMarkdown({ title, machine, sides, cases }: Report): string {
  const parts = [
    `# ${title}`,
    `${machine.date}, commit ${machine.commit}. ${machine.cpu}, ${machine.cores} cores, ` +
      `${machine.pinned ? 'process under test alone on one' : '**not pinned to cores**'}; Node ${machine.node}, ` +
      `Postgres ${machine.postgres}; load average before: ${machine.loadAverage.toFixed(2)}.`,
  ];
  for (const { title, name, conditions, figures, series, failure } of cases) {
    parts.push(
      `## ${title} (\`${name}\`)`,
      failure === undefined ? tableOf(figures, sides) : `**${failure}**`,
      conditions.map((condition) => `- ${condition}`).join('\n'),
      series ? seriesTable(series) : '',
    );
  }
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function tableOf(figures: readonly Figure[], sides: Report['sides']): string {
  return [
    `| | ${sides[0]} | ${sides[1]} | compared | rounds | bar | |`,
    '| --- | ---: | ---: | ---: | --- | --- | --- |',
    ...figures.map(toRow),
  ].join('\n');
}

function seriesTable({ columns, rows }: Series): string {
  return [
    `| ${columns.join(' | ')} |`,
    `|${' ---: |'.repeat(columns.length)}`,
    ...rows.map((row) => `| ${row.map(digits).join(' | ')} |`),
  ].join('\n');
}

function toRow(figure: Figure): string {
  const { what, unit, base, measured, compared, bar } = figure;
  const met = isMet(figure);
  const cells = [
    what,
    base === undefined ? '' : withUnit(base, unit),
    withUnit(measured, unit),
    compared ? comparedText(compared.value, compared.how, unit) : '',
    compared ? `${digits(compared.lowest)} – ${digits(compared.highest)}` : '',
    bar ? barText(bar, compared ? (compared.how === 'ratio' ? '×' : unit) : unit) : '',
    met === undefined ? '' : met ? 'met' : '**not met**',
  ];
  return `| ${cells.join(' | ')} |`;
}

function comparedText(value: number, how: Comparison['how'], unit: string): string {
  if (how === 'ratio') return `${digits(value)} ×`;
  return `${value > 0 ? '+' : ''}${withUnit(value, unit)}`;
}

function barText({ is, value, goal }: Bar, unit: string): string {
  const sign = is === 'at most' ? '≤' : '≥';
  return `${sign} ${withUnit(value, unit)}${goal === undefined ? '' : `, then ${digits(goal)}`}`;
}

function withUnit(value: number, unit: string): string {
  return unit === '' ? digits(value) : `${digits(value)} ${unit}`;
}

/** Three digits that mean something, or all before the point; no decimals where there are none. */
export function digits(value: number): string {
  const size = Math.abs(value);
  const decimals = Number.isInteger(value) || size >= 100 ? 0 : size >= 10 ? 1 : 2;
  return value.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

/** A share of 1 as a percentage. */
export function percent(share: number): string {
  return `${digits(share * 100)} %`;
}
