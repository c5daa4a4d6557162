import type { BudgetPeriod } from '../read-keys.ts';

/** What a key may spend, by period; null = no limit. */
export type Budgets = Readonly<Record<BudgetPeriod, bigint | null>>;

/** From the longest period to the shortest: of two budgets that leave the same, the longer one is named. */
export const PERIODS = ['total', 'month', 'week', 'day'] as const satisfies readonly BudgetPeriod[];

export interface KeyLimits {
  readonly budgets: Budgets;
  readonly concurrencyMax: number | null;
  readonly requestsPerMinuteMax: number | null;
  readonly tokensPerMinuteMax: number | null;
}

/**
 * One thing that is done to the ledger. Accounts, keys, ledgers and requests are numbers from 0 on: `request` is the
 * call that a hold is made for, and a closing may name one that was never held.
 */
export type Command =
  | { readonly does: 'credit'; readonly account: number; readonly amount: bigint; readonly ref: number }
  | {
      readonly does: 'hold';
      readonly ledger: number;
      readonly request: number;
      readonly amount: bigint;
      /** Counted until it is closed. */
      readonly tokens: number;
      /** Whether its time is over from the beginning. */
      readonly lapsed: boolean;
      /** Whether it rests first, for its closing to come. */
      readonly soon: boolean;
    }
  | {
      readonly does: 'settle';
      readonly ledger: number;
      readonly request: number;
      readonly charge: bigint;
      readonly outputTokens: number;
      /** What the hold had counted, as the one who closes it says. */
      readonly countedTokens: number;
    }
  | {
      readonly does: 'void';
      readonly ledger: number;
      readonly request: number;
      readonly countedTokens: number;
    }
  | { readonly does: 'sweep' }
  | { readonly does: 'limit account'; readonly account: number; readonly concurrencyMax: number | null }
  | { readonly does: 'limit key'; readonly key: number; readonly limits: KeyLimits }
  /** What was spent or counted in the key's present period is from now on that of the one before. */
  | { readonly does: 'begin period'; readonly key: number; readonly period: Period };

export type Period = Exclude<BudgetPeriod, 'total'> | 'minute';

/** What a world begins with. */
export interface Setting {
  readonly accounts: readonly { readonly balance: bigint; readonly concurrencyMax: number | null }[];
  readonly keys: readonly ({ readonly account: number } & KeyLimits)[];
  /** The key of each request. */
  readonly requests: readonly number[];
}

/** Any value of the model as one line, equal for equal values. */
export function show(value: unknown): string {
  return JSON.stringify(value, (_name, part: unknown) => {
    if (typeof part === 'bigint') return `${part}n`;
    const isRecord = typeof part === 'object' && part !== null && !Array.isArray(part);
    return isRecord ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part;
  });
}
