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
}

/** In nanoUsd; periods are of UTC, weeks begin on Monday. */
export interface KeyBudgets {
  totalNanoUsd?: bigint | null | undefined;
  dayNanoUsd?: bigint | null | undefined;
  weekNanoUsd?: bigint | null | undefined;
  monthNanoUsd?: bigint | null | undefined;
}

/** The columns of what is given: undefined leaves a column alone. */
export function limitColumns({ disconnectPolicy, scopes, budgets, concurrencyMax }: KeyLimits) {
  return {
    disconnectPolicy,
    scopes,
    concurrencyMax,
    budgetTotalNanoUsd: budgets?.totalNanoUsd,
    budgetDayNanoUsd: budgets?.dayNanoUsd,
    budgetWeekNanoUsd: budgets?.weekNanoUsd,
    budgetMonthNanoUsd: budgets?.monthNanoUsd,
  } satisfies { [Column in keyof typeof apiKeys.$inferInsert]?: unknown };
}
