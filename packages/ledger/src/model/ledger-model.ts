import type { BudgetPeriod } from '../read-keys.ts';
import { PERIODS, type Budgets, type Command, type Setting } from './commands.ts';

interface Account {
  readonly balance: bigint;
  readonly held: bigint;
  readonly running: number;
  readonly concurrencyMax: number | null;
}

interface Key {
  readonly held: bigint;
  readonly running: number;
  readonly concurrencyMax: number | null;
  readonly budgets: Budgets;
  /** In the present periods. */
  readonly spent: Readonly<Record<BudgetPeriod, bigint>>;
  readonly requestsPerMinuteMax: number | null;
  readonly tokensPerMinuteMax: number | null;
  /** In the present minute. */
  readonly minute: { readonly requests: number; readonly tokens: number };
}

interface Request {
  readonly state: 'held' | 'settled' | 'voided' | 'expired';
  readonly hold: bigint;
  readonly lapsed: boolean;
  readonly charge: bigint;
  readonly overrun: bigint;
}

interface Entry {
  readonly account: number;
  readonly amount: bigint;
}

interface Usage {
  readonly requests: number;
  readonly failed: number;
  readonly outputTokens: number;
  readonly charge: bigint;
}

/** Everything that the ledger has to remember, in the plainest form. Never changed in place. */
export interface State {
  readonly accounts: readonly Account[];
  readonly keys: readonly Key[];
  /** By number; undefined = never held. */
  readonly requests: readonly (Request | undefined)[];
  /** By ref. */
  readonly entries: Readonly<Record<string, Entry>>;
  /** By key: what was rolled up by hour and by day. */
  readonly hourly: readonly Usage[];
  readonly daily: readonly Usage[];
}

/** What a command answers, in words; and what stands afterwards. */
export interface Step {
  readonly state: State;
  readonly outcome: string;
}

const NOTHING_USED: Usage = { requests: 0, failed: 0, outputTokens: 0, charge: 0n };

export const openingRef = (account: number): string => `opening ${account}`;
export const creditRef = (ref: number): string => `credit ${ref}`;
export const lateRef = (request: number): string => `late ${request}`;

export function beginning({ accounts, keys, requests }: Setting): State {
  const entries = accounts.map(({ balance }, account) => [openingRef(account), { account, amount: balance }]);
  return {
    accounts: accounts.map((account) => ({ ...account, held: 0n, running: 0 })),
    keys: keys.map(({ account: _owner, ...limits }) => ({
      ...limits,
      held: 0n,
      running: 0,
      spent: { total: 0n, day: 0n, week: 0n, month: 0n },
      minute: { requests: 0, tokens: 0 },
    })),
    requests: requests.map(() => undefined),
    entries: Object.fromEntries(entries) as State['entries'],
    hourly: keys.map(() => NOTHING_USED),
    daily: keys.map(() => NOTHING_USED),
  };
}

/** What the ledger has to answer to a command, and to remember of it. */
export function perform(setting: Setting, state: State, command: Command): Step {
  switch (command.does) {
    case 'credit':
      return credit(state, command);
    case 'hold':
      return hold(setting, state, command);
    case 'settle':
    case 'void':
      return close(setting, state, command);
    case 'sweep':
      return sweep(setting, state);
    case 'limit account': {
      const { account, concurrencyMax } = command;
      return { state: changed(state, { account: [account, { concurrencyMax }] }), outcome: 'done' };
    }
    case 'limit key':
      return { state: changed(state, { key: [command.key, command.limits] }), outcome: 'done' };
    case 'begin period': {
      if (command.period === 'minute') {
        const minute = { requests: 0, tokens: 0 };
        return { state: changed(state, { key: [command.key, { minute }] }), outcome: 'done' };
      }
      const spent = { ...keyOf(state, command.key).spent, [command.period]: 0n };
      return { state: changed(state, { key: [command.key, { spent }] }), outcome: 'done' };
    }
  }
}

/** What a granted hold is told that is left beside it. */
export function availableTo(setting: Setting, state: State, request: number): bigint {
  const { balance, held } = accountOf(state, ownersOf(setting, request).account);
  return balance - held;
}

function credit(state: State, { account, amount, ref }: Command & { does: 'credit' }): Step {
  const earlier = state.entries[creditRef(ref)];
  if (earlier) {
    const same = earlier.account === account && earlier.amount === amount;
    return { state, outcome: same ? 'credited before' : 'conflict' };
  }
  const balance = accountOf(state, account).balance + amount;
  const entered = { ...state, entries: { ...state.entries, [creditRef(ref)]: { account, amount } } };
  return { state: changed(entered, { account: [account, { balance }] }), outcome: 'credited' };
}

function hold(setting: Setting, state: State, command: Command & { does: 'hold' }): Step {
  const { request, amount, tokens, lapsed } = command;
  const owners = ownersOf(setting, request);
  const [account, key] = [accountOf(state, owners.account), keyOf(state, owners.key)];
  const refusal = refusalOf(account, key, command);
  if (refusal) return { state, outcome: refusal };
  if (state.requests[request]) return { state, outcome: 'duplicate' };
  return {
    state: changed(state, {
      account: [owners.account, { held: account.held + amount, running: account.running + 1 }],
      key: [
        owners.key,
        { held: key.held + amount, running: key.running + 1, minute: counting(key, 1, tokens) },
      ],
      request: [request, { state: 'held', hold: amount, lapsed, charge: 0n, overrun: 0n }],
    }),
    outcome: 'granted',
  };
}

function refusalOf(
  account: Account,
  key: Key,
  { amount, tokens }: Command & { does: 'hold' },
): string | undefined {
  if (key.concurrencyMax !== null && key.running >= key.concurrencyMax) {
    return `refused by key_concurrency: ${key.running} of ${key.concurrencyMax} running`;
  }
  const { minute, requestsPerMinuteMax, tokensPerMinuteMax } = key;
  if (requestsPerMinuteMax !== null && minute.requests >= requestsPerMinuteMax) {
    return `refused by key_requests: 0 left of ${requestsPerMinuteMax}`;
  }
  if (tokensPerMinuteMax !== null && minute.tokens + tokens > tokensPerMinuteMax) {
    const left = Math.max(tokensPerMinuteMax - minute.tokens, 0);
    return `refused by key_tokens: ${left} left of ${tokensPerMinuteMax}`;
  }
  const budgets = PERIODS.flatMap((period) => {
    const budget = key.budgets[period];
    return budget === null ? [] : [{ period, left: budget - key.held - key.spent[period] }];
  });
  const [tightest] = budgets.toSorted((one, other) => Number(one.left - other.left));
  if (tightest && amount > tightest.left) {
    return `refused by key_budget: ${tightest.left} left of ${tightest.period}`;
  }
  if (account.concurrencyMax !== null && account.running >= account.concurrencyMax) {
    return `refused by account_concurrency: ${account.running} of ${account.concurrencyMax} running`;
  }
  const available = account.balance - account.held;
  return amount > available ? `refused by balance: ${available} left` : undefined;
}

interface Closed {
  readonly state: 'settled' | 'voided' | 'expired';
  readonly charge: bigint;
  readonly outputTokens: number;
  /** As the closing says it; a sweep doesn't. */
  readonly countedTokens?: number;
}

function close(setting: Setting, state: State, command: Command & { does: 'settle' | 'void' }): Step {
  const { request } = command;
  const closed: Closed =
    command.does === 'void'
      ? { state: 'voided', charge: 0n, outputTokens: 0, countedTokens: command.countedTokens }
      : { ...command, state: 'settled' };
  const found = state.requests[request];
  if (!found) return { state, outcome: 'not_held' };
  if (found.state === 'held') return { state: leaveHeld(setting, state, request, closed), outcome: 'closed' };
  if (found.state === closed.state && found.charge === closed.charge) return { state, outcome: 'closed' };
  if (found.state !== 'expired') return { state, outcome: 'not_held' };
  if (closed.state === 'voided') return { state, outcome: 'closed' };
  return { state: chargeLate(setting, state, request, closed.charge), outcome: 'late' };
}

function leaveHeld(setting: Setting, state: State, request: number, closed: Closed): State {
  const found = state.requests[request];
  if (!found) throw new Error('a request that was never held');
  const owners = ownersOf(setting, request);
  const [account, key] = [accountOf(state, owners.account), keyOf(state, owners.key)];
  const { charge, outputTokens, countedTokens = outputTokens } = closed;
  const overrun = charge > found.hold ? charge - found.hold : 0n;
  const used = (usage: Usage): Usage => ({
    requests: usage.requests + 1,
    failed: usage.failed + (closed.state === 'settled' ? 0 : 1),
    outputTokens: usage.outputTokens + outputTokens,
    charge: usage.charge + charge,
  });
  const next = changed(state, {
    account: [
      owners.account,
      { held: account.held - found.hold, running: account.running - 1, balance: account.balance - charge },
    ],
    key: [
      owners.key,
      {
        held: key.held - found.hold,
        running: key.running - 1,
        spent: spending(key, charge),
        minute: counting(key, 0, outputTokens - countedTokens),
      },
    ],
    request: [request, { ...found, state: closed.state, charge, overrun }],
  });
  return {
    ...next,
    hourly: state.hourly.map((usage, i) => (i === owners.key ? used(usage) : usage)),
    daily: state.daily.map((usage, i) => (i === owners.key ? used(usage) : usage)),
  };
}

/** Charged once, whatever comes after it. */
function chargeLate(setting: Setting, state: State, request: number, charge: bigint): State {
  if (state.entries[lateRef(request)]) return state;
  const owners = ownersOf(setting, request);
  const [account, key] = [accountOf(state, owners.account), keyOf(state, owners.key)];
  const entry = { account: owners.account, amount: -charge };
  return changed(
    { ...state, entries: { ...state.entries, [lateRef(request)]: entry } },
    {
      account: [owners.account, { balance: account.balance - charge }],
      key: [owners.key, { spent: spending(key, charge) }],
    },
  );
}

function sweep(setting: Setting, state: State): Step {
  const due = dueIn(state);
  return {
    state: due.reduce((s, request) => expire(setting, s, request), state),
    outcome: swept(due.length),
  };
}

export const swept = (released: number): string => `released ${released}`;

/** The requests whose holds a sweep has to release. */
export function dueIn(state: State): number[] {
  return state.requests.flatMap((found, request) =>
    found?.state === 'held' && found.lapsed ? [request] : [],
  );
}

export function expire(setting: Setting, state: State, request: number): State {
  return leaveHeld(setting, state, request, { state: 'expired', charge: 0n, outputTokens: 0 });
}

function spending({ spent }: Key, charge: bigint): Key['spent'] {
  const { total, day, week, month } = spent;
  return { total: total + charge, day: day + charge, week: week + charge, month: month + charge };
}

function counting({ minute }: Key, requests: number, tokens: number): Key['minute'] {
  return { requests: minute.requests + requests, tokens: minute.tokens + tokens };
}

interface Change {
  readonly account?: readonly [number, Partial<Account>];
  readonly key?: readonly [number, Partial<Key>];
  readonly request?: readonly [number, Request];
}

function changed(state: State, { account, key, request }: Change): State {
  return {
    ...state,
    ...(account && {
      accounts: state.accounts.map((one, i) => (i === account[0] ? { ...one, ...account[1] } : one)),
    }),
    ...(key && { keys: state.keys.map((one, i) => (i === key[0] ? { ...one, ...key[1] } : one)) }),
    ...(request && { requests: state.requests.map((one, i) => (i === request[0] ? request[1] : one)) }),
  };
}

function ownersOf({ keys, requests }: Setting, request: number): { account: number; key: number } {
  const key = requests[request] ?? -1;
  return { key, account: keys[key]?.account ?? -1 };
}

function accountOf({ accounts }: State, number: number): Account {
  const account = accounts[number];
  if (!account) throw new Error(`there is no account ${number}`);
  return account;
}

function keyOf({ keys }: State, number: number): Key {
  const key = keys[number];
  if (!key) throw new Error(`there is no key ${number}`);
  return key;
}
