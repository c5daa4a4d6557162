import { expect, test } from 'vitest';
import { balanceTerms } from './balance-terms.ts';
import { testStatement } from './testing/statement.ts';

test('all charges are one term, and the terms come to the balance', () => {
  const terms = balanceTerms(
    testStatement({
      entries: [
        { kind: 'late_charge', count: 1, sumNanoUsd: '-3' },
        { kind: 'refund', count: 1, sumNanoUsd: '-20' },
        { kind: 'top_up', count: 2, sumNanoUsd: '150' },
      ],
      openDays: { firstDay: '2026-11-01', chargesNanoUsd: '40' },
      closedDays: { count: 2, chargesNanoUsd: '7' },
    }),
  );
  expect(terms).toEqual([
    { kind: 'top_up', nanoUsd: 150n },
    { kind: 'refund', nanoUsd: -20n },
    { kind: 'charges', nanoUsd: -50n },
  ]);
});

test('an account in which nothing has moved has no terms', () => {
  expect(balanceTerms(testStatement({}))).toEqual([]);
});
