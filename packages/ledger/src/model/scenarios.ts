import * as fc from 'fast-check';
import type { Command, KeyLimits, Period, Setting } from './commands.ts';

/** One command after the other. */
export interface Sequence {
  readonly setting: Setting;
  readonly commands: readonly Command[];
}

/** In each round, clients that do their commands one after the other, all clients at once. */
export interface Rounds {
  readonly setting: Setting;
  readonly rounds: readonly (readonly (readonly Command[])[])[];
}

/** A command whose numbers are not yet those of a setting. */
type Draft =
  | Exclude<Command, { does: 'hold' }>
  /** `again`: holds an earlier request once more. */
  | (Omit<Command & { does: 'hold' }, 'request'> & { key: number; again: number | undefined });

const LEDGERS = 2;
const COMMANDS_AT_ONCE_MAX = 8;

const number = fc.nat({ max: 99 });
const ledger = fc.nat({ max: LEDGERS - 1 });
/** Null once in so many times. */
const orNone = <Value>(value: fc.Arbitrary<Value>, onceIn: number) =>
  fc.option(value, { nil: null, freq: onceIn });
const amount = (min: bigint, max: bigint) => fc.bigInt({ min, max });

/* Small numbers, so that limits are met exactly, and by chance. */
const holdAmount = fc.oneof(
  { weight: 9, arbitrary: amount(0n, 12n) },
  { weight: 1, arbitrary: amount(13n, 90n) },
);
const tokens = fc.nat({ max: 9 });
const budget = orNone(amount(0n, 30n), 2);
const concurrencyMax = orNone(fc.integer({ min: 1, max: 4 }), 2);

const keyLimits: fc.Arbitrary<KeyLimits> = fc.record({
  budgets: fc.oneof(
    { weight: 1, arbitrary: fc.constant({ total: null, day: null, week: null, month: null }) },
    { weight: 2, arbitrary: fc.record({ total: budget, day: budget, week: budget, month: budget }) },
  ),
  concurrencyMax,
  requestsPerMinuteMax: orNone(fc.integer({ min: 1, max: 6 }), 2),
  tokensPerMinuteMax: orNone(fc.integer({ min: 1, max: 30 }), 2),
});

const does = <Name extends string>(name: Name) => fc.constant(name);

const holdDraft = fc.record({
  does: does('hold'),
  ledger,
  key: number,
  amount: holdAmount,
  tokens,
  lapsed: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  soon: fc.boolean(),
  again: fc.oneof({ weight: 12, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: number }),
});

const draft: fc.Arbitrary<Draft> = fc.oneof(
  { weight: 12, arbitrary: holdDraft },
  {
    weight: 8,
    arbitrary: fc.record({
      does: does('settle'),
      ledger,
      request: number,
      charge: amount(0n, 15n),
      outputTokens: tokens,
      countedTokens: tokens,
    }),
  },
  { weight: 4, arbitrary: fc.record({ does: does('void'), ledger, request: number, countedTokens: tokens }) },
  {
    weight: 2,
    arbitrary: fc.record({
      does: does('credit'),
      account: number,
      amount: amount(-5n, 20n),
      ref: fc.nat({ max: 2 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ does: does('sweep') }) },
  { weight: 1, arbitrary: fc.record({ does: does('limit account'), account: number, concurrencyMax }) },
  { weight: 1, arbitrary: fc.record({ does: does('limit key'), key: number, limits: keyLimits }) },
  {
    weight: 1,
    arbitrary: fc.record({
      does: does('begin period'),
      key: number,
      period: fc.constantFrom<Period[]>('day', 'week', 'month', 'minute'),
    }),
  },
);

const accounts = fc.array(
  fc.record({ balance: amount(0n, 40n), concurrencyMax: orNone(fc.integer({ min: 1, max: 5 }), 2) }),
  {
    minLength: 1,
    maxLength: 2,
  },
);
const keys = fc.array(
  fc.record({ account: number, limits: keyLimits }).map(({ account, limits }) => ({ account, ...limits })),
  { minLength: 1, maxLength: 3 },
);

/** A closing names one of the requests held so far, or one that never was. */
export const sequences: fc.Arbitrary<Sequence> = fc
  .record({ accounts, keys, drafts: fc.array(draft, { minLength: 1, maxLength: 40, size: 'max' }) })
  .map(({ drafts, ...world }) => {
    const numbering = numberWithin(world);
    return {
      commands: drafts.map((one) => numbering.take(one, numbering.held() + 1)),
      setting: numbering.setting(),
    };
  });

const mixedRound = fc
  .array(fc.array(draft, { minLength: 1, maxLength: 3 }), {
    minLength: 1,
    maxLength: COMMANDS_AT_ONCE_MAX,
    size: 'max',
  })
  .map((clients) => {
    let left = COMMANDS_AT_ONCE_MAX;
    const cut = clients.map((client) => {
      const kept = client.slice(0, left);
      left -= kept.length;
      return kept;
    });
    return cut.filter(({ length }) => length > 0);
  });

/** Holds that are committed together, as they come to one ledger at once. */
const rush = fc
  .record({
    ledger,
    holds: fc.array(holdDraft, { minLength: 3, maxLength: COMMANDS_AT_ONCE_MAX, size: 'max' }),
  })
  .map(({ ledger, holds }): Draft[][] => holds.map((hold) => [{ ...hold, ledger }]));

const round = fc.oneof({ weight: 2, arbitrary: mixedRound }, { weight: 1, arbitrary: rush });

/** A closing may also name a request that is held in the same round. */
export const roundsAtOnce: fc.Arbitrary<Rounds> = fc
  .record({ accounts, keys, drafts: fc.array(round, { minLength: 1, maxLength: 4, size: 'max' }) })
  .map(({ drafts, ...world }) => {
    const numbering = numberWithin(world);
    const rounds = drafts.map((clients) => {
      const holds = clients.flat().filter((one) => one.does === 'hold' && one.again === undefined).length;
      const reach = Math.max(numbering.held() + holds, 1);
      return clients.map((client) => client.map((one) => numbering.take(one, reach)));
    });
    return { rounds, setting: numbering.setting() };
  });

/** Gives every hold a request of its own, and turns any number into one that there is. */
function numberWithin(world: { accounts: Setting['accounts']; keys: Setting['keys'] }) {
  const keyOfRequest: number[] = [];
  const account = (any: number) => any % world.accounts.length;
  const key = (any: number) => any % world.keys.length;
  return {
    held: () => keyOfRequest.length,
    /** @param reach how many requests a command may name. */
    take(one: Draft, reach: number): Command {
      switch (one.does) {
        case 'hold': {
          const { key: itsKey, again, ...hold } = one;
          if (again !== undefined && keyOfRequest.length > 0)
            return { ...hold, request: again % keyOfRequest.length };
          return { ...hold, request: keyOfRequest.push(key(itsKey)) - 1 };
        }
        case 'settle':
        case 'void':
          return { ...one, request: one.request % reach };
        case 'credit':
        case 'limit account':
          return { ...one, account: account(one.account) };
        case 'limit key':
        case 'begin period':
          return { ...one, key: key(one.key) };
        case 'sweep':
          return one;
      }
    },
    /** One request more than were held: it is there to be closed all the same. */
    setting: (): Setting => ({
      accounts: world.accounts,
      keys: world.keys.map((one) => ({ ...one, account: account(one.account) })),
      requests: [...keyOfRequest, 0],
    }),
  };
}
