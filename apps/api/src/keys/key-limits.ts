import type { KeyScope } from '@weir/core/key-scopes';
import type { apiKeys } from '@weir/db/schema';

/** What an owner may set of a key. What is left out stays as it is; null takes the limit away. */
export interface KeyLimits {
  disconnectPolicy?: 'cancel' | 'drain' | undefined;
  /** What the key may do; at least one. */
  scopes?: KeyScope[] | undefined;
  budgets?: KeyBudgets | undefined;
  /** Calls at a time. */
  concurrencyMax?: number | null | undefined;
  /** Who may serve it, by the vendors' names. */
  vendors?: string[] | null | undefined;
  /** Where it may be served, by the channels' regions. */
  regions?: string[] | null | undefined;
  requestsPerMinuteMax?: number | null | undefined;
  /** What a call may use counts when it begins, what it used when it ends. */
  tokensPerMinuteMax?: number | null | undefined;
  /** Models, or patterns such as `openai/*`. */
  models?: string[] | null | undefined;
  /** Addresses, or ranges of them in CIDR notation. */
  addresses?: string[] | null | undefined;
  expiresAt?: Date | null | undefined;
}

/** In nanoUsd; periods are of UTC, weeks begin on Monday. */
export interface KeyBudgets {
  totalNanoUsd?: bigint | null | undefined;
  dayNanoUsd?: bigint | null | undefined;
  weekNanoUsd?: bigint | null | undefined;
  monthNanoUsd?: bigint | null | undefined;
}

/** The columns of what is given: undefined leaves a column alone. */
export function limitColumns({ budgets, ...limits }: KeyLimits) {
  return {
    ...limits,
    budgetTotalNanoUsd: budgets?.totalNanoUsd,
    budgetDayNanoUsd: budgets?.dayNanoUsd,
    budgetWeekNanoUsd: budgets?.weekNanoUsd,
    budgetMonthNanoUsd: budgets?.monthNanoUsd,
  } satisfies { [Column in keyof typeof apiKeys.$inferInsert]?: unknown };
}
