import { ADVISORY_LOCKS } from '@weir/db/advisory-locks';
import type { Database, TransactionSql } from '@weir/db/connect';

/** What there was of a day when it was copied elsewhere: its requests but for those that were held. */
export interface CopiedDay {
  rows: number;
  chargesNanoUsd: bigint;
}

/**
 * `changed`: the day is no longer what was copied of it. `held`: a hold of that day is still open. `not_oldest`: an
 * earlier day is open; days are closed in their order, so that what is open begins with one day. `gone`: it has been
 * closed, or never had a request.
 */
export type DayClosing =
  | { outcome: 'closed'; accounts: number; chargesNanoUsd: bigint }
  | { outcome: 'changed' | 'held' | 'not_oldest' | 'gone' };

/** While a table's lock is waited for, whoever comes later waits as well: calls would stand still. */
const LOCK_TIMEOUT = '500ms';

/**
 * Replaces a day's requests by one entry for each account that was charged: no balance moves. The requests of accounts
 * under a legal hold are kept aside. The entries and the end of the rows are one transaction, so the books add up at
 * every instant, and a second try or a second process finds the day gone. No account is locked: the day's rows can't
 * change any more, and nothing else is read or written.
 * @param day `YYYY-MM-DD` of UTC, over for a day at least.
 * @param copied where the day has to be copied before it goes: it stays unless it is what was copied.
 * @throws when a lock is not to be had at once, as while the ledger is verified; to be tried again later.
 */
export async function closeDay(
  { sql }: Pick<Database, 'sql'>,
  day: string,
  copied?: CopiedDay,
): Promise<DayClosing> {
  const table = tableOf(day);
  const refusal = await sql.begin((tx) => seal(tx, day, table));
  if (refusal !== undefined) return { outcome: refusal };
  return sql.begin((tx) => replace(tx, day, table, copied));
}

function tableOf(day: string): string {
  if (!/^\d{4}-\d\d-\d\d$/.test(day)) throw new RangeError(`${day} is no day like 2026-11-22`);
  return `requests_${day.replaceAll('-', '')}`;
}

/** From here on the day's rows stay as they are: none is held, and none is written any more. */
async function seal(
  tx: TransactionSql,
  day: string,
  table: string,
): Promise<'held' | 'not_oldest' | 'gone' | undefined> {
  await tx`select pg_advisory_xact_lock(${ADVISORY_LOCKS.requestDays})`;
  const [{ over } = { over: false }] = await tx<{ over: boolean }[]>`
    select ${day}::date < (now() at time zone 'UTC')::date - 1 as over`;
  const tables = await dayTables(tx);
  if (!tables.includes(table)) return 'gone';
  if (!over) throw new RangeError(`${day} is not over for a day yet`);
  if (tables[0] !== table) return 'not_oldest';
  await tx.unsafe(`set local lock_timeout = '${LOCK_TIMEOUT}'`);
  // Waits for whoever is writing to the day, and keeps others from it while the rows are looked at.
  await tx.unsafe(`lock table ${table} in share row exclusive mode`);
  const [{ held } = { held: true }] = await tx<{ held: boolean }[]>`
    select exists (select 1 from ${tx(table)} where state = 'held') as held`;
  if (held) return 'held';
  await tx.unsafe(
    `create or replace trigger requests_sealed before insert or update or delete on ${table}
     for each row execute function weir_refuse_change()`,
  );
  return undefined;
}

/** Oldest first. Read as rows: what a name stands for may come out of a cache that has not heard of a drop yet. */
async function dayTables(tx: TransactionSql): Promise<string[]> {
  const rows = await tx<{ table: string }[]>`
    select child.relname as table from pg_inherits join pg_class child on child.oid = inhrelid
    where inhparent = 'requests'::regclass order by 1`;
  return rows.map(({ table }) => table);
}

async function replace(
  tx: TransactionSql,
  day: string,
  table: string,
  copied: CopiedDay | undefined,
): Promise<DayClosing> {
  await tx`select pg_advisory_xact_lock(${ADVISORY_LOCKS.requestDays})`;
  if (!(await dayTables(tx)).includes(table)) return { outcome: 'gone' };
  if (copied && !(await isAsCopied(tx, table, copied))) return { outcome: 'changed' };
  const [sums] = await tx<{ accounts: number; charges: string }[]>`
    with closed as (
      insert into entries (account_id, id, kind, amount_nano_usd, ref)
      select account_id,
             'ent_' || (select substr(weir_request_id_floor(now()), 5))
               || right(replace(gen_random_uuid()::text, '-', ''), 16),
             'day_close', -sum(charge_nano_usd), 'day_close:' || ${day}::text || ':' || account_id
      from ${tx(table)} group by account_id having sum(charge_nano_usd) <> 0 order by account_id
      returning -amount_nano_usd as charges
    )
    select count(*)::int as accounts, coalesce(sum(charges), 0)::text as charges from closed`;
  // Whole rows, whatever their columns: what the law wants kept outlives the log.
  await tx`
    insert into legal_hold_requests (account_id, id, request)
    select account_id, id, to_jsonb(day_rows) from ${tx(table)} as day_rows
    where account_id in (select account_id from legal_holds)`;
  // Last, as from here on every call waits until this is committed.
  await tx.unsafe(`set local lock_timeout = '${LOCK_TIMEOUT}'`);
  await tx.unsafe(`drop table ${table}`);
  return { outcome: 'closed', accounts: sums?.accounts ?? 0, chargesNanoUsd: BigInt(sums?.charges ?? 0) };
}

/** Sealed, a day changes no more: what is the same now is the same when it is dropped. */
async function isAsCopied(tx: TransactionSql, table: string, copied: CopiedDay): Promise<boolean> {
  const [now] = await tx<{ rows: number; charges: string }[]>`
    select count(*)::int as rows, coalesce(sum(charge_nano_usd), 0)::text as charges from ${tx(table)}`;
  return now?.rows === copied.rows && BigInt(now.charges) === copied.chargesNanoUsd;
}
