import type { RunResult } from './run.ts';

/** The line of one run, and below it what is wrong. */
export function tell(result: RunResult, number: number, runs: number): string {
  const { seed, kills, problems, seconds } = result;
  const state = problems.length === 0 ? 'ok' : `FAILED (pnpm test:crash --runs 1 --seed ${seed})`;
  const line = `${number}/${runs} seed ${seed}: ${state}, ${seconds.toFixed(1)} s, killed ${kills.join(', ')}; ${figures(result)}`;
  const shown = problems.slice(0, PROBLEMS_SHOWN_MAX).map((problem) => `    ${problem}`);
  const hidden = problems.length - shown.length;
  return [line, ...shown, ...(hidden > 0 ? [`    and ${hidden} more`] : [])].join('\n');
}

const PROBLEMS_SHOWN_MAX = 8;

/** All runs together. */
export function summarise(results: readonly RunResult[], seconds: number): string {
  const failed = results.filter(({ problems }) => problems.length > 0);
  const sum = (figure: (result: RunResult) => number) =>
    results.reduce((total, result) => total + figure(result), 0);
  const together: Figures = {
    endings: addUp(results.map(({ endings }) => endings)),
    codes: addUp(results.map(({ codes }) => codes)),
    charged: sum(({ charged }) => charged),
    late: sum(({ late }) => late),
    expired: sum(({ expired }) => expired),
    givenAway: sum(({ givenAway }) => givenAway),
    credits: sum(({ credits }) => credits),
  };
  const kills = addUp(results.map((result) => addUp(result.kills.map((victim) => ({ [victim]: 1 })))));
  return [
    `${results.length - failed.length} of ${results.length} runs are clean, in ${seconds.toFixed(0)} s`,
    `killed: ${list(kills)}`,
    figures(together),
    `errors: ${list(together.codes)}`,
    ...(failed.length > 0 ? [`failed: seeds ${failed.map(({ seed }) => seed).join(', ')}`] : []),
  ].join('\n');
}

type Figures = Pick<
  RunResult,
  'endings' | 'codes' | 'charged' | 'late' | 'expired' | 'givenAway' | 'credits'
>;

function figures({ endings, charged, late, expired, givenAway, credits }: Figures): string {
  const calls = Object.values(endings).reduce((total, number) => total + number, 0);
  return `${calls} calls (${list(endings)}), ${charged} charged (${late} late), ${expired} expired, ${givenAway} given away, ${credits} credits`;
}

function addUp(counts: readonly Readonly<Partial<Record<string, number>>>[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const one of counts) {
    for (const [name, number = 0] of Object.entries(one)) sums[name] = (sums[name] ?? 0) + number;
  }
  return sums;
}

function list(counts: Readonly<Partial<Record<string, number>>>): string {
  const named = Object.entries(counts).sort(([, one = 0], [, other = 0]) => other - one);
  return named.map(([name, number]) => `${number} ${name}`).join(', ') || 'none';
}
