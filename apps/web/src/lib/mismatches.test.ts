import { expect, test } from 'vitest';
import { figureMismatches } from './mismatches.ts';
import { testStatement } from './testing/statement.ts';

test('of an account only the figures that are wrong are told', () => {
  const account = testStatement({
    balanceNanoUsd: '12',
    expectedBalanceNanoUsd: '10',
    running: 2,
    expectedRunning: 3,
    usageDailyNanoUsd: '7',
    expectedUsageDailyNanoUsd: '7',
  });
  expect(figureMismatches({ mismatches: [account], keyMismatches: [] })).toEqual([
    { accountId: 'acc_test', keyId: undefined, figure: 'balance', recorded: 12n, expected: 10n },
    { accountId: 'acc_test', keyId: undefined, figure: 'running', recorded: 2n, expected: 3n },
  ]);
});

test('a key is told with its account', () => {
  const key = {
    accountId: 'acc_test',
    keyId: 'key_test',
    heldNanoUsd: '5',
    expectedHeldNanoUsd: '0',
    running: 1,
    expectedRunning: 1,
  };
  expect(figureMismatches({ mismatches: [], keyMismatches: [key] })).toEqual([
    { accountId: 'acc_test', keyId: 'key_test', figure: 'held', recorded: 5n, expected: 0n },
  ]);
});
