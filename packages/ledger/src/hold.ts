import type { LockedAccount } from './lock-accounts.ts';
import type { Moved, Movements } from './movements.ts';
import type { BudgetPeriod, LimitedKey } from './read-keys.ts';

export interface Hold {
  requestId: string;
  accountId: string;
  keyId: string;
  modelId: string;
  dialect: string;
  streamed: boolean;
  /** The most that this call can cost. */
  holdNanoUsd: bigint;
  /** When the sweep may release the hold, should nobody have closed it; counted by the database's clock. */
  ttlMs: number;
  /** What the account's group pays on top of the prices, in millionths. Default 0. */
  marginPpm?: number;
  /** Default `cancel`. */
  disconnectPolicy?: 'cancel' | 'drain';
  /** The output limit that the balance imposed. */
  affordableOutputTokens?: number | undefined;
  /** Where the call came from; left out where that is not to be noted. */
  sourceIp?: string | undefined;
}

/** Who said no, and what was left at that moment. Amounts in nanoUsd. */
export type Refusal =
  | { by: 'balance'; leftNanoUsd: bigint }
  | { by: 'key_budget'; period: BudgetPeriod; leftNanoUsd: bigint }
  | { by: 'account_concurrency' | 'key_concurrency'; running: number; concurrencyMax: number };

export type HoldResult =
  | {
      granted: true;
      /** What the account can spend beside this hold. */
      availableNanoUsd: bigint;
    }
  | { granted: false; refusal: Refusal };

/** What was there when the accounts were locked; {@link Movements} say what has changed since. */
export interface Figures {
  readonly accounts: ReadonlyMap<string, LockedAccount>;
  readonly keys: ReadonlyMap<string, LimitedKey>;
}

/**
 * Grants a hold, and counts it among the movements, if it fits the key's slots and budgets and the account's slots and
 * balance; else changes nothing.
 * @throws when there is no such account or key.
 */
export function grantHold(hold: Hold, figures: Figures, movements: Movements): HoldResult {
  const { accountId, keyId, holdNanoUsd } = hold;
  const account = figures.accounts.get(accountId);
  if (!account) throw new Error(`account ${accountId} does not exist`);
  const key = figures.keys.get(keyId);
  if (!key) throw new Error(`key ${keyId} does not exist`);
  const moved = movements.account(accountId);
  const availableNanoUsd = account.availableNanoUsd - moved.takenNanoUsd;
  const refusal =
    refusedByKey(hold, key, movements.key(keyId)) ??
    refusedBySlots('account_concurrency', account, moved) ??
    (holdNanoUsd > availableNanoUsd ? { by: 'balance', leftNanoUsd: availableNanoUsd } : undefined);
  if (refusal) return { granted: false, refusal };
  movements.hold(hold);
  return { granted: true, availableNanoUsd: availableNanoUsd - holdNanoUsd };
}

function refusedByKey({ holdNanoUsd }: Hold, key: LimitedKey, moved: Readonly<Moved>): Refusal | undefined {
  const refusal = refusedBySlots('key_concurrency', key, moved);
  if (refusal) return refusal;
  const tightest = tightestBudget(key);
  if (!tightest) return undefined;
  const leftNanoUsd = tightest.leftNanoUsd - moved.takenNanoUsd;
  return holdNanoUsd > leftNanoUsd ? { by: 'key_budget', period: tightest.period, leftNanoUsd } : undefined;
}

function refusedBySlots(
  by: 'account_concurrency' | 'key_concurrency',
  { running, concurrencyMax }: LockedAccount | LimitedKey,
  moved: Readonly<Moved>,
): Refusal | undefined {
  const now = running + moved.running;
  if (concurrencyMax === null || now < concurrencyMax) return undefined;
  return { by, running: now, concurrencyMax };
}

/** Of several that are as tight, the one that takes longest to be reset. */
const PERIODS = ['total', 'month', 'week', 'day'] as const satisfies readonly BudgetPeriod[];

function tightestBudget(key: LimitedKey): { period: BudgetPeriod; leftNanoUsd: bigint } | undefined {
  let tightest: { period: BudgetPeriod; leftNanoUsd: bigint } | undefined;
  for (const period of PERIODS) {
    const leftNanoUsd = key[period];
    if (leftNanoUsd === null || (tightest && tightest.leftNanoUsd <= leftNanoUsd)) continue;
    tightest = { period, leftNanoUsd };
  }
  return tightest;
}
