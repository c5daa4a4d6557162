import { WeirError } from '@weir/core/errors';
import { newId } from '@weir/core/ids';
import type { Database } from '@weir/db/connect';
import { credit } from '../credit.ts';
import { expireHolds } from '../expire-holds.ts';
import type { HoldResult, Refusal } from '../hold.ts';
import type { Ledger } from '../ledger.ts';
import { newHold, settling, voiding, type TestAccount, type TestLedger } from '../testing.ts';
import type { Command, KeyLimits, Setting } from './commands.ts';
import { creditRef, lateRef, openingRef, swept, type State } from './ledger-model.ts';

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
}

const LIVES_MS = 60 * 60 * 1000;

/** @param ledgers that the commands name by number; all on the database of `test`. */
export async function realLedger(
  test: TestLedger,
  ledgers: readonly Ledger[],
  setting: Setting,
): Promise<RealLedger> {
  const accounts = await Promise.all(
    setting.accounts.map(({ concurrencyMax }) => test.createAccount(0n, { concurrencyMax })),
  );
  const keyIds = await Promise.all(
    setting.keys.map(({ account, ...limits }) => test.addKey(at(accounts, account).accountId, columnsOf(limits))),
  );
  const owners = setting.keys.map(({ account }, key): TestAccount => ({
    accountId: at(accounts, account).accountId,
    keyId: at(keyIds, key),
  }));
  // Refs are unique in the database, and other scenarios use the same numbers.
  const own = newId('entry');
  const calls = setting.requests.map((key) => newHold(at(owners, key), 0n));
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
  const names = { own, calls: calls.map(({ requestId }) => requestId), accounts, keyIds };

  return {
    read: () => readState(test, names),

    perform(command) {
      switch (command.does) {
        case 'credit': {
          const { accountId } = at(accounts, command.account);
          return performCredit(test, accountId, command.amount, `${own} ${creditRef(command.ref)}`);
        }
        case 'hold': {
          const hold = { ...at(calls, command.request), holdNanoUsd: command.amount };
          return performHold(at(ledgers, command.ledger), { ...hold, ttlMs: command.lapsed ? -1 : LIVES_MS });
        }
        case 'settle': {
          const { charge, outputTokens } = command;
          const closing = settling(at(calls, command.request), charge, { outputTokens });
          return at(ledgers, command.ledger).close(closing).then(said);
        }
        case 'void':
          return at(ledgers, command.ledger).close(voiding(at(calls, command.request))).then(said);
        case 'sweep':
          return expireHolds(test).then((released) => said(swept(released)));
        case 'limit account': {
          const { accountId } = at(accounts, command.account);
          const { concurrencyMax } = command;
          return done(test.sql`update accounts set concurrency_max = ${concurrencyMax} where id = ${accountId}`);
        }
        case 'limit key':
          return done(limitKey(test, at(keyIds, command.key), command.limits));
        case 'begin period': {
          const period = test.sql(command.period);
          return done(
            test.sql`update key_spend set ${period} = ${period} - 1 where key_id = ${at(keyIds, command.key)}`,
          );
        }
      }
    },

    async releaseAll() {
      await test.sql`
        update requests set hold_expires_at = now() - interval '1 ms'
        where state = 'held' and account_id = any(${accounts.map(({ accountId }) => accountId)})`;
      await expireHolds(test);
    },
  };
}

const said = (outcome: string): Answer => ({ outcome });

async function done(statement: PromiseLike<unknown>): Promise<Answer> {
  await statement;
  return said('done');
}

function limitKey({ sql }: Pick<Database, 'sql'>, keyId: string, { budgets, concurrencyMax }: KeyLimits) {
  const nano = (amount: bigint | null) => (amount === null ? null : String(amount));
  return sql`
    update api_keys set budget_total_nano_usd = ${nano(budgets.total)}, budget_day_nano_usd = ${nano(budgets.day)},
      budget_week_nano_usd = ${nano(budgets.week)}, budget_month_nano_usd = ${nano(budgets.month)},
      concurrency_max = ${concurrencyMax}
    where id = ${keyId}`;
}

async function performCredit(test: TestLedger, accountId: string, amount: bigint, ref: string): Promise<Answer> {
  try {
    const movement = { accountId, kind: 'adjustment', amountNanoUsd: amount, ref } as const;
    const { credited } = await credit(test, movement);
    return said(credited ? 'credited' : 'credited before');
  } catch (thrown) {
    if (thrown instanceof WeirError && thrown.code === 'conflict') return said('conflict');
    throw thrown;
  }
}

async function performHold(ledger: Ledger, hold: Parameters<Ledger['hold']>[0]): Promise<Answer> {
  let result: HoldResult;
  try {
    result = await ledger.hold(hold);
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
    case 'account_concurrency':
    case 'key_concurrency':
      return `refused by ${refusal.by}: ${refusal.running} of ${refusal.concurrencyMax} running`;
  }
}

function columnsOf({ budgets, concurrencyMax }: KeyLimits) {
  return {
    concurrencyMax,
    budgetTotalNanoUsd: budgets.total,
    budgetDayNanoUsd: budgets.day,
    budgetWeekNanoUsd: budgets.week,
    budgetMonthNanoUsd: budgets.month,
  };
}

interface Names {
  /** What the refs of this scenario begin with. */
  readonly own: string;
  /** The requests' ids. */
  readonly calls: readonly string[];
  readonly accounts: readonly TestAccount[];
  readonly keyIds: readonly string[];
}

interface Read {
  accounts: { id: string; balance: number; held: number; running: number; max: number | null }[] | null;
  keys: ReadKey[] | null;
  requests: ReadRequest[] | null;
  entries: { ref: string; account: string; amount: number }[] | null;
  hourly: ReadUsage[] | null;
  daily: ReadUsage[] | null;
}

interface ReadKey {
  id: string;
  held: number;
  running: number;
  max: number | null;
  budgets: Record<'total' | 'day' | 'week' | 'month', number | null>;
  spent: Record<'total' | 'day' | 'week' | 'month', number>;
}

interface ReadRequest {
  id: string;
  state: 'held' | 'settled' | 'voided' | 'expired';
  hold: number;
  lapsed: boolean;
  charge: number;
  overrun: number;
}

interface ReadUsage {
  key: string;
  requests: number;
  failed: number;
  outputTokens: number;
  charge: number;
}

const usageOf = (table: string) => `(select json_agg(one) from (
  select key_id as key, sum(requests) as requests, sum(failed) as failed, sum(output_tokens) as "outputTokens",
         sum(charge_nano_usd) as charge
  from ${table} where account_id = any($1) group by key_id) as one)`;

/** Amounts are small here, so that JSON's own numbers will do. */
const READ = `
with today as (select (now() at time zone 'UTC')::date as day)
select
  (select json_agg(json_build_object('id', id, 'balance', balance_nano_usd, 'held', held_nano_usd,
                                     'running', running, 'max', concurrency_max))
   from accounts where id = any($1)) as accounts,
  (select json_agg(json_build_object(
     'id', key_id, 'held', held_nano_usd, 'running', running, 'max', concurrency_max,
     'budgets', json_build_object('total', budget_total_nano_usd, 'day', budget_day_nano_usd,
                                  'week', budget_week_nano_usd, 'month', budget_month_nano_usd),
     'spent', json_build_object(
       'total', spent_total_nano_usd,
       'day', case when key_spend.day = today.day then spent_day_nano_usd else 0 end,
       'week', case when week = date_trunc('week', today.day)::date then spent_week_nano_usd else 0 end,
       'month', case when month = date_trunc('month', today.day)::date then spent_month_nano_usd else 0 end)))
   from key_spend join api_keys on api_keys.id = key_id cross join today where key_id = any($2)) as keys,
  (select json_agg(json_build_object('id', id, 'state', state, 'hold', hold_nano_usd, 'lapsed', hold_expires_at < now(),
                                     'charge', charge_nano_usd, 'overrun', overrun_nano_usd))
   from requests where account_id = any($1)) as requests,
  (select json_agg(json_build_object('ref', ref, 'account', account_id, 'amount', amount_nano_usd))
   from entries where account_id = any($1)) as entries,
  ${usageOf('usage_hourly')} as hourly, ${usageOf('usage_daily')} as daily`;

async function readState({ sql }: Pick<Database, 'sql'>, names: Names): Promise<State> {
  const accountIds = names.accounts.map(({ accountId }) => accountId);
  const [read] = await sql.unsafe<Read[]>(READ, [accountIds, [...names.keyIds]]);
  if (!read) throw new Error('a row of aggregates that is not there');
  const { accounts, keys, requests, entries } = read;
  const find = <Row>(rows: Row[] | null, wanted: (row: Row) => boolean) => (rows ?? []).find(wanted);
  const usage = (rows: ReadUsage[] | null) =>
    names.keyIds.map((keyId) => {
      const found = find(rows, ({ key }) => key === keyId);
      const { requests = 0, failed = 0, outputTokens = 0, charge = 0 } = found ?? {};
      return { requests, failed, outputTokens, charge: BigInt(charge) };
    });

  return {
    accounts: accountIds.map((wanted) => {
      const { balance, held, running, max } = found(find(accounts, ({ id }) => id === wanted));
      return { balance: BigInt(balance), held: BigInt(held), running, concurrencyMax: max };
    }),
    keys: names.keyIds.map((wanted) => {
      const { held, running, max, budgets, spent } = found(find(keys, ({ id }) => id === wanted));
      return { held: BigInt(held), running, concurrencyMax: max, budgets: bigints(budgets), spent: bigints(spent) };
    }),
    requests: names.calls.map((wanted) => {
      const row = find(requests, ({ id }) => id === wanted);
      return (
        row && {
          state: row.state,
          hold: BigInt(row.hold),
          lapsed: row.lapsed,
          charge: BigInt(row.charge),
          overrun: BigInt(row.overrun),
        }
      );
    }),
    entries: Object.fromEntries(
      (entries ?? []).map(({ ref, account, amount }) => [
        refInWords(names, ref),
        { account: accountIds.indexOf(account), amount: BigInt(amount) },
      ]),
    ),
    hourly: usage(read.hourly),
    daily: usage(read.daily),
  };
}

function refInWords({ own, calls }: Names, ref: string): string {
  const late = /^late_charge:(.*)$/.exec(ref)?.[1];
  return late === undefined ? ref.replace(`${own} `, '') : lateRef(calls.indexOf(late));
}

/** Numbers become bigint, and null stays null. */
function bigints<Name extends string, None extends null | never>(
  record: Readonly<Record<Name, number | None>>,
): Record<Name, bigint | None> {
  const entries = Object.entries<number | None>(record);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, value === null ? null : BigInt(value as number)]),
  ) as Record<Name, bigint | None>;
}

function found<Row>(row: Row | undefined): Row {
  if (row === undefined) throw new Error('a row of the scenario is not there');
  return row;
}

function at<Item>(items: readonly Item[], number: number): Item {
  const item = items[number];
  if (item === undefined) throw new Error(`there is no number ${number}`);
  return item;
}
