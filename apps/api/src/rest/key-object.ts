import { spentLately, type KeyRow } from '../keys/list-keys.ts';
import { usdNumber } from './usd.ts';

/** When a limit begins anew; null = never. */
export const LIMIT_RESETS = ['daily', 'weekly', 'monthly'] as const;

export type LimitReset = (typeof LIMIT_RESETS)[number] | null;

export interface KeyLimit {
  readonly limitNanoUsd: bigint | null;
  readonly reset: LimitReset;
}

/** An API key as OpenRouter's clients read it. Theirs have one limit: of several budgets it is the one with the least left. */
export function keyObject(row: KeyRow) {
  const { key } = row;
  return {
    hash: key.id,
    name: key.name,
    label: keyLabel(row),
    disabled: (key.revokedAt ?? key.leakedAt ?? key.disabledAt) !== null,
    ...usageFields(row),
    include_byok_in_limit: false,
    created_at: key.createdAt.toISOString(),
    updated_at: null,
    expires_at: key.expiresAt?.toISOString() ?? null,
    creator_user_id: null,
    external_user: null,
    workspace_id: key.accountId,
    scopes: key.scopes,
  };
}

export type KeyObject = ReturnType<typeof keyObject>;

export function currentKeyObject(row: KeyRow) {
  const { key, spend } = row;
  const isManager = key.scopes.includes('manage');
  return {
    label: keyLabel(row),
    ...usageFields(row),
    include_byok_in_limit: false,
    expires_at: key.expiresAt?.toISOString() ?? null,
    is_free_tier: false,
    is_management_key: isManager,
    is_provisioning_key: isManager,
    creator_user_id: null,
    organization_id: null,
    workspace_id: key.accountId,
    allowed_data_regions: ['global'],
    free_model_daily_requests: { limit: 0, remaining: 0, used: 0 },
    rate_limit: {
      requests: spend.requestsPerMinuteMax ?? -1,
      interval: '1m',
      note: 'Calls in a minute of the clock; -1 is no limit.',
    },
    scopes: key.scopes,
  };
}

/** The limit that `keyObject` shows. */
export function limitOf(row: KeyRow): KeyLimit {
  const [tightest] = budgetsOf(row).sort((one, other) => (one.leftNanoUsd < other.leftNanoUsd ? -1 : 1));
  return tightest ?? { limitNanoUsd: null, reset: null };
}

function keyLabel({ key }: KeyRow): string {
  return `${key.prefix}...${key.last4}`;
}

function usageFields(row: KeyRow) {
  const { spend, today } = row;
  const lately = spentLately(spend, today);
  const { limitNanoUsd, reset } = limitOf(row);
  const left = budgetsOf(row).find((budget) => budget.reset === reset)?.leftNanoUsd;
  return {
    usage: usdNumber(spend.spentTotalNanoUsd),
    usage_daily: usdNumber(lately.dayNanoUsd),
    usage_weekly: usdNumber(lately.weekNanoUsd),
    usage_monthly: usdNumber(lately.monthNanoUsd),
    byok_usage: 0,
    byok_usage_daily: 0,
    byok_usage_weekly: 0,
    byok_usage_monthly: 0,
    limit: limitNanoUsd === null ? null : usdNumber(limitNanoUsd),
    limit_remaining: left === undefined ? null : usdNumber(left),
    limit_reset: reset,
  };
}

function budgetsOf({ key, spend, today }: KeyRow) {
  const lately = spentLately(spend, today);
  const budget = (limitNanoUsd: bigint | null, spentNanoUsd: bigint, reset: LimitReset) => {
    if (limitNanoUsd === null) return [];
    const left = limitNanoUsd - spentNanoUsd;
    return [{ limitNanoUsd, leftNanoUsd: left > 0n ? left : 0n, reset }];
  };
  return [
    ...budget(key.budgetTotalNanoUsd, spend.spentTotalNanoUsd, null),
    ...budget(key.budgetMonthNanoUsd, lately.monthNanoUsd, 'monthly'),
    ...budget(key.budgetWeekNanoUsd, lately.weekNanoUsd, 'weekly'),
    ...budget(key.budgetDayNanoUsd, lately.dayNanoUsd, 'daily'),
  ];
}
