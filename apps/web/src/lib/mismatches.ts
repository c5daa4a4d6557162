import type { Verification } from './api-types.ts';

export type Figure = 'balance' | 'held' | 'running' | 'usageHourly' | 'usageDaily';

/** One figure that is not what it has to be. */
export interface FigureMismatch {
  accountId: string;
  /** Of which of the account's keys; undefined for the account's own figure. */
  keyId: string | undefined;
  figure: Figure;
  /** nanoUsd; for `running` a number of calls. */
  recorded: bigint;
  expected: bigint;
}

type Found = Pick<Verification, 'mismatches' | 'keyMismatches'>;

/** What a check found, figure by figure: those that are right are left out. */
export function figureMismatches({ mismatches, keyMismatches }: Found): FigureMismatch[] {
  return [
    ...mismatches.flatMap((account) =>
      compare(account, undefined, [
        ['balance', account.balanceNanoUsd, account.expectedBalanceNanoUsd],
        ['held', account.heldNanoUsd, account.expectedHeldNanoUsd],
        ['running', account.running, account.expectedRunning],
        ['usageHourly', account.usageHourlyNanoUsd, account.expectedUsageHourlyNanoUsd],
        ['usageDaily', account.usageDailyNanoUsd, account.expectedUsageDailyNanoUsd],
      ]),
    ),
    ...keyMismatches.flatMap((key) =>
      compare(key, key.keyId, [
        ['held', key.heldNanoUsd, key.expectedHeldNanoUsd],
        ['running', key.running, key.expectedRunning],
      ]),
    ),
  ];
}

function compare(
  { accountId }: { accountId: string },
  keyId: string | undefined,
  pairs: readonly [figure: Figure, recorded: string | number, expected: string | number][],
): FigureMismatch[] {
  return pairs
    .map(([figure, recorded, expected]) => ({
      accountId,
      keyId,
      figure,
      recorded: BigInt(recorded),
      expected: BigInt(expected),
    }))
    .filter(({ recorded, expected }) => recorded !== expected);
}
