import type { Statement } from '../api-types.ts';

/** The statement of an account in which nothing has moved, unless said otherwise. */
export function testStatement(given: Partial<Statement>): Statement {
  return {
    accountId: 'acc_test',
    checkedAt: '2026-11-22T10:00:00.000Z',
    ok: true,
    entries: [],
    openDays: { firstDay: '2026-11-01', chargesNanoUsd: '0' },
    closedDays: { count: 0, chargesNanoUsd: '0' },
    keyMismatches: [],
    balanceNanoUsd: '0',
    expectedBalanceNanoUsd: '0',
    heldNanoUsd: '0',
    expectedHeldNanoUsd: '0',
    running: 0,
    expectedRunning: 0,
    usageHourlyNanoUsd: '0',
    expectedUsageHourlyNanoUsd: '0',
    usageDailyNanoUsd: '0',
    expectedUsageDailyNanoUsd: '0',
    ...given,
  };
}
