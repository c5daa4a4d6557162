import { usdDecimal } from '@weir/core/money';
import type { KeyRow } from './api-types.ts';
import { BOUND_VALIDATORS, boundFormValues, hasBounds } from './key-bounds.ts';
import { hasOtherScopes, scopesChosen } from './key-scopes.ts';
import { budget, keyName, type Validator } from './validators.ts';

/** A key's budgets, in the order in which they are asked for. */
export const BUDGET_PERIODS = ['total', 'day', 'week', 'month'] as const;

export type BudgetPeriod = (typeof BUDGET_PERIODS)[number];

/** What becomes of a call whose caller hangs up; the first is what a new key has. */
export const DISCONNECT_POLICIES = ['cancel', 'drain'] as const;

export type DisconnectPolicy = (typeof DISCONNECT_POLICIES)[number];

/** The name of a budget's field in the form. */
export const budgetField = <Period extends BudgetPeriod>(period: Period): `budget-${Period}` =>
  `budget-${period}`;

/** What a key's form checks before the api is asked. */
export const KEY_VALIDATORS: Readonly<Record<string, Validator>> = {
  name: keyName,
  scopes: scopesChosen,
  ...Object.fromEntries(BUDGET_PERIODS.map((period) => [budgetField(period), budget])),
  ...BOUND_VALIDATORS,
};

/** A key's settings as the form shows them: amounts in US dollars, empty where there is no limit. */
export function keyFormValues(
  row: Pick<KeyRow, 'name' | 'scopes' | 'disconnectPolicy' | 'budgets'> &
    Parameters<typeof boundFormValues>[0],
) {
  return {
    ...boundFormValues(row),
    name: row.name,
    scopes: row.scopes.join(' '),
    disconnectPolicy: row.disconnectPolicy,
    ...Object.fromEntries(
      BUDGET_PERIODS.map((period) => {
        const limit = row.budgets[period]?.limitNanoUsd;
        return [budgetField(period), limit === undefined ? '' : usdDecimal(BigInt(limit))];
      }),
    ),
  };
}

/** How much of a budget is spent, from 0 to 1; 1 too when it was lowered below what had been spent. */
export function budgetShare(budget: { limitNanoUsd: string; spentNanoUsd: string }): number {
  const limit = BigInt(budget.limitNanoUsd);
  const spent = BigInt(budget.spentNanoUsd);
  if (spent >= limit) return 1;
  return Number((spent * 10_000n) / limit) / 10_000;
}

/** Whether a key's limits are worth a line: some are set, some are in use, or the key is not as a new one is. */
export function hasLimits(
  row: Pick<KeyRow, 'scopes' | 'budgets' | 'running' | 'disconnectPolicy' | 'previousSecret'> &
    Parameters<typeof hasBounds>[0],
): boolean {
  return (
    hasBounds(row) ||
    row.previousSecret !== null ||
    Object.values(row.budgets).some((budget) => budget !== null) ||
    row.running > 0 ||
    hasOtherScopes(row.scopes) ||
    row.disconnectPolicy !== DISCONNECT_POLICIES[0]
  );
}
