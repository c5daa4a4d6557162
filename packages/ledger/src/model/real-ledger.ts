import { WeirError } from '@weir/core/errors';
import { newId } from '@weir/core/ids';
import type { Database } from '@weir/db/connect';
import { credit } from '../credit.ts';
import { expireHolds } from '../expire-holds.ts';
import type { HoldResult, Refusal } from '../hold.ts';
import type { Ledger } from '../ledger.ts';
import { verifyAccount } from '../verify-account.ts';
import { newHold, settling, voiding, type TestLedger } from '../testing.ts';
import type { Command, KeyLimits, Setting } from './commands.ts';
import { creditRef, openingRef, swept, type State } from './ledger-model.ts';
import { readState, type Scenario } from './read-state.ts';

/** What a command answered, in the words of the model; of a granted hold also what it said to be left. */
export interface Answer {
  readonly outcome: string;
  readonly available?: bigint;
}

/** The accounts and keys of one scenario in a database, which others may be in as well. */
export interface RealLedger {
  perform(command: Command): Promise<Answer>;
  /** What the database says of these accounts now. */
  read(): Promise<State>;
  /** Ends every hold that is still open. */
  releaseAll(): Promise<void>;
  /** Whether `verify` finds nothing wrong with these accounts. */
  addsUp(): Promise<boolean>;
}

const LIVES_MS = 60 * 60 * 1000;

/** @param ledgers that the commands name by number; all on the database of `test`. */
export async function realLedger(
  test: TestLedger,
  ledgers: readonly Ledger[],
  setting: Setting,
): Promise<RealLedger> {
  const scenario = await enter(test, setting);
  const accountIds = scenario.accounts.map(({ accountId }) => accountId);
  return {
    perform: (command) => perform({ ...scenario, test, ledgers }, command),
    read: () => readState(test, scenario),

    async releaseAll() {
      await test.sql`
        update requests set hold_expires_at = now() - interval '1 ms'
        where state = 'held' and account_id = any(${accountIds})`;
      await expireHolds(test);
    },

    async addsUp() {
      const found = await Promise.all(accountIds.map((accountId) => verifyAccount(test, accountId)));
      return found.every(({ ok }) => ok);
    },
  };
}

/** Makes the accounts and the keys, and names the calls. */
async function enter(test: TestLedger, setting: Setting): Promise<Scenario> {
  const accounts = await Promise.all(
    setting.accounts.map(({ concurrencyMax }) => test.createAccount(0n, { concurrencyMax })),
  );
  const keyIds = await Promise.all(
    setting.keys.map(({ account, ...limits }) =>
      test.addKey(at(accounts, account).accountId, columnsOf(limits)),
    ),
  );
  // Refs are unique in the database, and other scenarios use the same numbers.
  const own = newId('entry');
  await Promise.all(
    setting.accounts.map(({ balance }, account) =>
      credit(test, {
        accountId: at(accounts, account).accountId,
        kind: 'grant',
        amountNanoUsd: balance,
        ref: `${own} ${openingRef(account)}`,
      }),
    ),
  );
  const calls = setting.requests.map((key) => {
    const accountId = at(accounts, setting.keys[key]?.account ?? -1).accountId;
    return newHold({ accountId, keyId: at(keyIds, key) }, 0n);
  });
  return { own, calls, accounts, keyIds };
}

interface Performing extends Scenario {
  readonly test: TestLedger;
  readonly ledgers: readonly Ledger[];
}

function perform(
  { own, calls, accounts, keyIds, test, ledgers }: Performing,
  command: Command,
): Promise<Answer> {
  switch (command.does) {
    case 'credit': {
      const { accountId } = at(accounts, command.account);
      return performCredit(test, accountId, command.amount, `${own} ${creditRef(command.ref)}`);
    }
    case 'hold': {
      const { amount, tokens } = command;
      const hold = { ...at(calls, command.request), holdNanoUsd: amount, countedTokens: tokens };
      return performHold(
        at(ledgers, command.ledger),
        { ...hold, ttlMs: command.lapsed ? -1 : LIVES_MS },
        command.soon ? 'soon' : 'now',
      );
    }
    case 'settle': {
      const { charge, outputTokens, countedTokens } = command;
      const closing = settling(at(calls, command.request), charge, { outputTokens, countedTokens });
      return at(ledgers, command.ledger).close(closing).then(said);
    }
    case 'void':
      return at(ledgers, command.ledger)
        .close({ ...voiding(at(calls, command.request)), countedTokens: command.countedTokens })
        .then(said);
    case 'sweep':
      return expireHolds(test).then((released) => said(swept(released)));
    case 'limit account':
      return done(test.sql`
        update accounts set concurrency_max = ${command.concurrencyMax}
        where id = ${at(accounts, command.account).accountId}`);
    case 'limit key':
      return done(limitKey(test, at(keyIds, command.key), command.limits));
    case 'begin period': {
      const period = test.sql(command.period);
      return done(
        test.sql`update key_spend set ${period} = ${period} - 1 where key_id = ${at(keyIds, command.key)}`,
      );
    }
  }
}

const said = (outcome: string): Answer => ({ outcome });

async function done(statement: PromiseLike<unknown>): Promise<Answer> {
  await statement;
  return said('done');
}

function limitKey({ sql }: Pick<Database, 'sql'>, keyId: string, { budgets, ...limits }: KeyLimits) {
  const nano = (amount: bigint | null) => (amount === null ? null : String(amount));
  return sql`
    update api_keys set budget_total_nano_usd = ${nano(budgets.total)}, budget_day_nano_usd = ${nano(budgets.day)},
      budget_week_nano_usd = ${nano(budgets.week)}, budget_month_nano_usd = ${nano(budgets.month)},
      concurrency_max = ${limits.concurrencyMax}, requests_per_minute_max = ${limits.requestsPerMinuteMax},
      tokens_per_minute_max = ${limits.tokensPerMinuteMax}
    where id = ${keyId}`;
}

async function performCredit(
  test: TestLedger,
  accountId: string,
  amount: bigint,
  ref: string,
): Promise<Answer> {
  try {
    const movement = { accountId, kind: 'adjustment', amountNanoUsd: amount, ref } as const;
    const { credited } = await credit(test, movement);
    return said(credited ? 'credited' : 'credited before');
  } catch (thrown) {
    if (thrown instanceof WeirError && thrown.code === 'conflict') return said('conflict');
    throw thrown;
  }
}

async function performHold(ledger: Ledger, ...hold: Parameters<Ledger['hold']>): Promise<Answer> {
  let result: HoldResult;
  try {
    result = await ledger.hold(...hold);
  } catch (thrown) {
    if ((thrown as { code?: string }).code === '23505') return said('duplicate');
    throw thrown;
  }
  if (result.granted) return { outcome: 'granted', available: result.availableNanoUsd };
  return said(inWords(result.refusal));
}

function inWords(refusal: Refusal): string {
  switch (refusal.by) {
    case 'balance':
      return `refused by balance: ${refusal.leftNanoUsd} left`;
    case 'key_budget':
      return `refused by key_budget: ${refusal.leftNanoUsd} left of ${refusal.period}`;
    case 'key_requests':
    case 'key_tokens':
      return `refused by ${refusal.by}: ${refusal.left} left of ${refusal.perMinuteMax}`;
    case 'account_concurrency':
    case 'key_concurrency':
      return `refused by ${refusal.by}: ${refusal.running} of ${refusal.concurrencyMax} running`;
  }
}

function columnsOf({ budgets, ...limits }: KeyLimits) {
  return {
    ...limits,
    budgetTotalNanoUsd: budgets.total,
    budgetDayNanoUsd: budgets.day,
    budgetWeekNanoUsd: budgets.week,
    budgetMonthNanoUsd: budgets.month,
  };
}

function at<Item>(items: readonly Item[], number: number): Item {
  const item = items[number];
  if (item === undefined) throw new Error(`there is no number ${number}`);
  return item;
}
