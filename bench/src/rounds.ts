import { compare, median, type Comparison } from './statistics.ts';
import type { BenchDatabase, Stage, Target } from './stage.ts';

export const SIDES = ['base', 'measured'] as const;

/** Of the two that are measured side by side: what is measured, and what it is measured against. */
export type Side = (typeof SIDES)[number];

/** What each round gave on either side. */
export type Rounds<T> = Readonly<Record<Side, readonly T[]>>;

export type Targets = Readonly<Record<Side, Target>>;

/** Starts the pass-through and the relay for one case, and ends them with it. */
export async function withTargets<T>(
  stage: Stage,
  database: BenchDatabase,
  caseName: string,
  run: (targets: Targets) => Promise<T>,
): Promise<T> {
  const base = await stage.startPassThrough();
  const measured = await stage.startRelay(database, caseName);
  try {
    return await run({ base, measured });
  } finally {
    await Promise.all([base.stop(), measured.stop()]);
  }
}

/** Measures in turn, so that whatever else the machine does falls on both alike. */
export async function alternate<T>(
  rounds: number,
  targets: Targets,
  measure: (target: Target) => Promise<T>,
): Promise<Rounds<T>> {
  const results: Record<Side, T[]> = { base: [], measured: [] };
  for (let i = 0; i < rounds; i++) {
    for (const side of SIDES) results[side].push(await measure(targets[side]));
  }
  return results;
}

/** The medians over the rounds, and how they compare. */
export function compared<T>(
  rounds: Rounds<T>,
  how: Comparison['how'],
  pick: (round: T) => number,
): { base: number; measured: number; compared: Comparison } {
  const comparison = compare(how, rounds.base.map(pick), rounds.measured.map(pick));
  return { ...medianOf(rounds, pick), compared: comparison };
}

export function medianOf<T>(rounds: Rounds<T>, pick: (round: T) => number): Record<Side, number> {
  return { base: median(rounds.base.map(pick)), measured: median(rounds.measured.map(pick)) };
}
