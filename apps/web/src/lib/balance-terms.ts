import type { Statement } from './api-types.ts';

/** What moves a balance besides charges, in the order in which it is told. */
const MOVEMENTS = ['top_up', 'grant', 'adjustment', 'refund'] as const;

export interface BalanceTerm {
  kind: (typeof MOVEMENTS)[number] | 'charges';
  /** Negative takes from the balance. */
  nanoUsd: bigint;
}

/**
 * What a balance is made of, in one line: what came in by kind, and all charges as one, whether their days are closed,
 * open, or they came too late for either. What there was none of is left out.
 */
export function balanceTerms({ entries, openDays, closedDays }: Statement): BalanceTerm[] {
  const sumOf = (wanted: string) => {
    const sums = entries.filter(({ kind }) => kind === wanted).map(({ sumNanoUsd }) => BigInt(sumNanoUsd));
    return sums.reduce((total, sum) => total + sum, 0n);
  };
  const charges = sumOf('late_charge') - BigInt(openDays.chargesNanoUsd) - BigInt(closedDays.chargesNanoUsd);
  return [
    ...MOVEMENTS.map((kind) => ({ kind, nanoUsd: sumOf(kind) })),
    { kind: 'charges' as const, nanoUsd: charges },
  ].filter(({ nanoUsd }) => nanoUsd !== 0n);
}
