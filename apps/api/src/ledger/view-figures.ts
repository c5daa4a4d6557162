import type { AccountFigures, AccountVerification, KeyMismatch, Verification } from '@weir/ledger';
import type { AccountFiguresView, KeyMismatchView, StatementView, VerificationView } from './ledger-view.ts';

export function verificationView(verification: Verification): VerificationView {
  const { mismatches, keyMismatches, ...counts } = verification;
  return {
    ...counts,
    mismatches: mismatches.map(figuresView),
    keyMismatches: keyMismatches.map(keyMismatchView),
  };
}

export function statementView(account: AccountVerification, checkedAt: Date): StatementView {
  return {
    ...figuresView(account),
    checkedAt: checkedAt.toISOString(),
    ok: account.ok,
    entries: account.entries.map(({ sumNanoUsd, ...entry }) => ({
      ...entry,
      sumNanoUsd: sumNanoUsd.toString(),
    })),
    openDays: { ...account.openDays, chargesNanoUsd: account.openDays.chargesNanoUsd.toString() },
    closedDays: { ...account.closedDays, chargesNanoUsd: account.closedDays.chargesNanoUsd.toString() },
    keyMismatches: account.keyMismatches.map(keyMismatchView),
  };
}

function figuresView(figures: AccountFigures): AccountFiguresView {
  return {
    accountId: figures.accountId,
    balanceNanoUsd: figures.balanceNanoUsd.toString(),
    expectedBalanceNanoUsd: figures.expectedBalanceNanoUsd.toString(),
    heldNanoUsd: figures.heldNanoUsd.toString(),
    expectedHeldNanoUsd: figures.expectedHeldNanoUsd.toString(),
    running: figures.running,
    expectedRunning: figures.expectedRunning,
    usageHourlyNanoUsd: figures.usageHourlyNanoUsd.toString(),
    expectedUsageHourlyNanoUsd: figures.expectedUsageHourlyNanoUsd.toString(),
    usageDailyNanoUsd: figures.usageDailyNanoUsd.toString(),
    expectedUsageDailyNanoUsd: figures.expectedUsageDailyNanoUsd.toString(),
  };
}

function keyMismatchView(key: KeyMismatch): KeyMismatchView {
  return {
    ...key,
    heldNanoUsd: key.heldNanoUsd.toString(),
    expectedHeldNanoUsd: key.expectedHeldNanoUsd.toString(),
  };
}
