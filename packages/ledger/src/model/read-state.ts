import type { Database } from '@weir/db/connect';
import type { Hold } from '../hold.ts';
import type { BudgetPeriod } from '../read-keys.ts';
import type { TestAccount } from '../testing.ts';
import { lateRef, type State } from './ledger-model.ts';

/** Under which names the database has a scenario. */
export interface Scenario {
  /** What its refs begin with. */
  readonly own: string;
  /** The holds, by request; without their amounts. */
  readonly calls: readonly Hold[];
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
  requestsMax: number | null;
  tokensMax: number | null;
  budgets: ByPeriod<number | null>;
  spent: ByPeriod<number>;
  minute: { requests: number; tokens: number };
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
with today as (
  select (now() at time zone 'UTC')::date as day, floor(extract(epoch from now()) / 60)::int as minute
)
select
  (select json_agg(json_build_object('id', id, 'balance', balance_nano_usd, 'held', held_nano_usd,
                                     'running', running, 'max', concurrency_max))
   from accounts where id = any($1)) as accounts,
  (select json_agg(json_build_object(
     'id', key_id, 'held', held_nano_usd, 'running', running, 'max', concurrency_max,
     'requestsMax', requests_per_minute_max, 'tokensMax', tokens_per_minute_max,
     'minute', json_build_object(
       'requests', case when key_spend.minute = today.minute then requests_minute else 0 end,
       'tokens', case when key_spend.minute = today.minute then tokens_minute else 0 end),
     'budgets', json_build_object('total', budget_total_nano_usd, 'day', budget_day_nano_usd,
                                  'week', budget_week_nano_usd, 'month', budget_month_nano_usd),
     'spent', json_build_object(
       'total', spent_total_nano_usd,
       'day', case when key_spend.day = today.day then spent_day_nano_usd else 0 end,
       'week', case when week = date_trunc('week', today.day)::date then spent_week_nano_usd else 0 end,
       'month', case when month = date_trunc('month', today.day)::date then spent_month_nano_usd else 0 end)))
   from key_spend cross join today where key_id = any($2)) as keys,
  (select json_agg(json_build_object('id', id, 'state', state, 'hold', hold_nano_usd, 'lapsed', hold_expires_at < now(),
                                     'charge', charge_nano_usd, 'overrun', overrun_nano_usd))
   from requests where account_id = any($1)) as requests,
  (select json_agg(json_build_object('ref', ref, 'account', account_id, 'amount', amount_nano_usd))
   from entries where account_id = any($1)) as entries,
  ${usageOf('usage_hourly')} as hourly, ${usageOf('usage_daily')} as daily`;

/** What the database says of these accounts and keys now. */
export async function readState({ sql }: Pick<Database, 'sql'>, scenario: Scenario): Promise<State> {
  const accountIds = scenario.accounts.map(({ accountId }) => accountId);
  const [read] = await sql.unsafe<Read[]>(READ, [accountIds, [...scenario.keyIds]]);
  if (!read) throw new Error('a row of aggregates that is not there');
  const { accounts, keys, requests, entries } = read;
  const find = <Row>(rows: Row[] | null, wanted: (row: Row) => boolean) => (rows ?? []).find(wanted);
  const usage = (rows: ReadUsage[] | null) =>
    scenario.keyIds.map((keyId) => {
      const found = find(rows, ({ key }) => key === keyId);
      const { requests = 0, failed = 0, outputTokens = 0, charge = 0 } = found ?? {};
      return { requests, failed, outputTokens, charge: BigInt(charge) };
    });

  return {
    accounts: accountIds.map((wanted) => {
      const { balance, held, running, max } = found(find(accounts, ({ id }) => id === wanted));
      return { balance: BigInt(balance), held: BigInt(held), running, concurrencyMax: max };
    }),
    keys: scenario.keyIds.map((wanted) => {
      const { held, running, max, requestsMax, tokensMax, budgets, spent, minute } = found(
        find(keys, ({ id }) => id === wanted),
      );
      return {
        held: BigInt(held),
        running,
        concurrencyMax: max,
        budgets: byPeriod(budgets, orNull),
        spent: byPeriod(spent, BigInt),
        requestsPerMinuteMax: requestsMax,
        tokensPerMinuteMax: tokensMax,
        minute,
      };
    }),
    requests: scenario.calls.map(({ requestId: wanted }) => {
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
        refInWords(scenario, ref),
        { account: accountIds.indexOf(account), amount: BigInt(amount) },
      ]),
    ),
    hourly: usage(read.hourly),
    daily: usage(read.daily),
  };
}

function refInWords({ own, calls }: Scenario, ref: string): string {
  const late = /^late_charge:(.*)$/.exec(ref)?.[1];
  return late === undefined
    ? ref.replace(`${own} `, '')
    : lateRef(calls.findIndex(({ requestId }) => requestId === late));
}

type ByPeriod<Value> = Readonly<Record<BudgetPeriod, Value>>;

function byPeriod<From, To>(figures: ByPeriod<From>, convert: (figure: From) => To): ByPeriod<To> {
  const { total, day, week, month } = figures;
  return { total: convert(total), day: convert(day), week: convert(week), month: convert(month) };
}

const orNull = (figure: number | null) => (figure === null ? null : BigInt(figure));

function found<Row>(row: Row | undefined): Row {
  if (row === undefined) throw new Error('a row of the scenario is not there');
  return row;
}
