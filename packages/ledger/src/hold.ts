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
  /** What it counts against the key's tokens per minute until it is closed. Default 0. */
  countedTokens?: number | undefined;
  /** The caller came with the secret that a rotation replaced. */
  usesPreviousSecret?: boolean | undefined;
  /** Where the call came from; left out where that is not to be noted. */
  sourceIp?: string | undefined;
  /** Of the deployment that took the call; left out where it has none. */
  deploymentRegion?: string | undefined;
}

/** What a key may still do in the present minute; null = no such limit. */
export interface KeyRate {
  readonly requestsMax: number | null;
  readonly requestsLeft: number | null;
  readonly tokensMax: number | null;
  readonly tokensLeft: number | null;
  readonly minuteEndsInMs: number;
}

/** Who said no, and what was left at that moment. Amounts in nanoUsd. */
export type Refusal =
  | { by: 'balance'; leftNanoUsd: bigint }
  | { by: 'key_budget'; period: BudgetPeriod; leftNanoUsd: bigint }
  | { by: 'key_requests' | 'key_tokens'; perMinuteMax: number; left: number; minuteEndsInMs: number }
  | { by: 'account_concurrency' | 'key_concurrency'; running: number; concurrencyMax: number };

export type HoldResult =
  | {
      granted: true;
      /** What the account can spend beside this hold. */
      availableNanoUsd: bigint;
      /** Beside this hold; absent when the key has no limit of a minute. */
      rate?: KeyRate | undefined;
    }
  | { granted: false; refusal: Refusal; rate?: KeyRate | undefined };

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
  if (refusal) return { granted: false, refusal, rate: rateOf(key, movements) };
  movements.hold(hold);
  return { granted: true, availableNanoUsd: availableNanoUsd - holdNanoUsd, rate: rateOf(key, movements) };
}

function rateOf(key: LimitedKey, movements: Movements): KeyRate | undefined {
  const { requestsPerMinuteMax: requestsMax, tokensPerMinuteMax: tokensMax, minuteEndsInMs } = key;
  if (requestsMax === null && tokensMax === null) return undefined;
  const left = leftInMinute(key, movements.key(key.id));
  const notBelow = (least: number, figure: number | null) =>
    figure === null ? null : Math.max(figure, least);
  return {
    requestsMax,
    requestsLeft: notBelow(0, left.requests),
    tokensMax,
    tokensLeft: notBelow(0, left.tokens),
    minuteEndsInMs,
  };
}

function leftInMinute(key: LimitedKey, moved: Readonly<Moved>) {
  const { minute, requestsPerMinuteMax, requestsMinute, tokensPerMinuteMax, tokensMinute } = key;
  return {
    requests: requestsPerMinuteMax === null ? null : requestsPerMinuteMax - requestsMinute - moved.begun,
    tokens: tokensPerMinuteMax === null ? null : tokensPerMinuteMax - tokensMinute - moved.tokensIn(minute),
  };
}

function refusedByMinute(hold: Hold, key: LimitedKey, moved: Readonly<Moved>): Refusal | undefined {
  const { requestsPerMinuteMax, tokensPerMinuteMax, minuteEndsInMs } = key;
  const { requests, tokens } = leftInMinute(key, moved);
  if (requestsPerMinuteMax !== null && requests !== null && requests < 1) {
    return { by: 'key_requests', perMinuteMax: requestsPerMinuteMax, left: 0, minuteEndsInMs };
  }
  if (tokensPerMinuteMax !== null && tokens !== null && tokens < (hold.countedTokens ?? 0)) {
    const left = Math.max(tokens, 0);
    return { by: 'key_tokens', perMinuteMax: tokensPerMinuteMax, left, minuteEndsInMs };
  }
  return undefined;
}

function refusedByKey(hold: Hold, key: LimitedKey, moved: Readonly<Moved>): Refusal | undefined {
  const { holdNanoUsd } = hold;
  const refusal = refusedBySlots('key_concurrency', key, moved) ?? refusedByMinute(hold, key, moved);
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
