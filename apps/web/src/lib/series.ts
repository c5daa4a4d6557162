/** Hues of the palette; what comes after is the grey "other". */
export const SERIES_COLORS = 8;

/** `other` stands for every model beyond the palette. */
export const OTHER = 'other';

/**
 * A colour for each model, the same wherever the model is drawn: its name picks the hue, and where two names pick
 * the same one the later in the alphabet takes the next that is free.
 * @param modelIds those to be told apart, biggest first; those after the eighth get none.
 */
export function assignColors(modelIds: readonly string[]): ReadonlyMap<string, number> {
  const taken = new Set<number>();
  const colors = new Map<string, number>();
  for (const modelId of modelIds.slice(0, SERIES_COLORS).sort()) {
    let color = hash(modelId) % SERIES_COLORS;
    while (taken.has(color)) color = (color + 1) % SERIES_COLORS;
    taken.add(color);
    colors.set(modelId, color);
  }
  return colors;
}

/** FNV-1a over UTF-16 units. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return value;
}

export interface Series {
  modelId: string;
  /** Index into the palette; undefined for `other`. */
  color: number | undefined;
  totalNanoUsd: bigint;
}

export interface DayStack {
  day: string;
  totalNanoUsd: bigint;
  requests: number;
  /** In the order of the series, those of zero left out. */
  parts: { modelId: string; color: number | undefined; spendNanoUsd: bigint }[];
}

export interface SpendChart {
  series: Series[];
  days: DayStack[];
  maxNanoUsd: bigint;
}

interface SpendRow {
  day: string;
  modelId: string;
  spendNanoUsd: string;
  requests: number;
}

/** Rows of spend by day and model as stacks for each of `days`, biggest model at the bottom. */
export function stackSpend(rows: readonly SpendRow[], days: readonly string[]): SpendChart {
  const totals = new Map<string, bigint>();
  for (const row of rows) totals.set(row.modelId, (totals.get(row.modelId) ?? 0n) + BigInt(row.spendNanoUsd));
  const ranked = [...totals.entries()].sort(([a, x], [b, y]) =>
    x === y ? (a < b ? -1 : 1) : x > y ? -1 : 1,
  );
  const colors = assignColors(ranked.map(([modelId]) => modelId));

  const named = ranked.slice(0, SERIES_COLORS);
  const rest = ranked.slice(SERIES_COLORS).reduce((sum, [, total]) => sum + total, 0n);
  const series: Series[] = named.map(([modelId, totalNanoUsd]) => ({
    modelId,
    color: colors.get(modelId),
    totalNanoUsd,
  }));
  if (ranked.length > SERIES_COLORS) series.push({ modelId: OTHER, color: undefined, totalNanoUsd: rest });

  const stacks = days.map((day) => stackOf(day, rows, series));
  return {
    series,
    days: stacks,
    maxNanoUsd: stacks.reduce((max, { totalNanoUsd }) => (totalNanoUsd > max ? totalNanoUsd : max), 0n),
  };
}

function stackOf(day: string, rows: readonly SpendRow[], series: readonly Series[]): DayStack {
  const known = new Set(series.map(({ modelId }) => modelId));
  const spend = new Map<string, bigint>();
  let requests = 0;
  for (const row of rows) {
    if (row.day !== day) continue;
    const modelId = known.has(row.modelId) ? row.modelId : OTHER;
    spend.set(modelId, (spend.get(modelId) ?? 0n) + BigInt(row.spendNanoUsd));
    requests += row.requests;
  }
  const parts = series
    .map(({ modelId, color }) => ({ modelId, color, spendNanoUsd: spend.get(modelId) ?? 0n }))
    .filter(({ spendNanoUsd }) => spendNanoUsd > 0n);
  return {
    day,
    requests,
    parts,
    totalNanoUsd: parts.reduce((sum, { spendNanoUsd }) => sum + spendNanoUsd, 0n),
  };
}

/** A part of a day's stack as it is drawn, in percent of the axis. */
export interface Bar {
  modelId: string;
  color: number | undefined;
  from: number;
  height: number;
}

/** In percent: however little was spent, it is seen. */
const SLIVER = 1;

/** @param top the upper end of the axis, in nanoUsd. @returns the bars from the axis up. */
export function barsOf({ parts }: DayStack, top: bigint): Bar[] {
  let from = 0;
  return parts.map(({ modelId, color, spendNanoUsd }) => {
    const height = Math.max(Number((spendNanoUsd * 10_000n) / top) / 100, SLIVER);
    const bar = { modelId, color, from, height };
    from += height;
    return bar;
  });
}

const AXIS_STEPS = [20n, 24n, 30n, 40n, 50n, 60n, 80n, 100n, 120n, 160n, 200n];

/** A round upper end of the axis, in nanoUsd, whose half is round too. */
export function axisMax(maxNanoUsd: bigint): bigint {
  if (maxNanoUsd <= 0n) return 1_000_000_000n;
  let step = 1n;
  while (step * 10n <= maxNanoUsd) step *= 10n;
  return AXIS_STEPS.map((steps) => (step * steps) / 20n).find((end) => end >= maxNanoUsd) ?? step * 10n;
}
