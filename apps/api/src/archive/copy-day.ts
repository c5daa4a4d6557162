import { ARCHIVED_COLUMNS } from '@weir/db/archived-requests';
import type { Database } from '@weir/db/connect';
import type { CopiedDay } from '@weir/ledger';
import { ArchiveError, type Archive } from './archive.ts';

type Sql = Database['sql'];

/** Some 8 MB of JSON. */
const PAGE_ROWS = 10_000;

/** Of a column as the archive reads it, in JSON. */
const GIVEN = Object.entries(ARCHIVED_COLUMNS)
  .map(([name, type]) =>
    type.includes('DateTime64')
      ? `to_char("${name}" at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') as "${name}"`
      : `"${name}"`,
  )
  .join(', ');

const IS_ERASED = `exists (
  select 1 from account_closures of_row where of_row.account_id = day_rows.account_id and erased_at is not null)`;

interface DaySums {
  rows: number;
  charges: string;
  archivedRows: number;
  archivedCharges: string;
}

export interface CopyDayOptions {
  day: string;
  /** Its partition. */
  table: string;
  /** Ends the work between two pages. */
  signal: AbortSignal;
  pageRows?: number;
}

/**
 * Copies a day’s requests into the archive, page by page, but for those of accounts that were erased, and makes sure that
 * they are there: the same number of rows and of charges. Done again, it changes nothing.
 * @returns what there was of the day, by which it may be dropped; undefined while a hold of it is open.
 * @throws {ArchiveUnavailable}
 * @throws {ArchiveError} when it has not the day as it should.
 */
export async function copyDay(
  { sql }: Pick<Database, 'sql'>,
  archive: Archive,
  { day, table, signal, pageRows = PAGE_ROWS }: CopyDayOptions,
): Promise<CopiedDay | undefined> {
  const [{ held } = { held: true }] = await sql<{ held: boolean }[]>`
    select exists (select 1 from ${sql(table)} where state = 'held') as held`;
  if (held) return undefined;
  for await (const rows of readPages(sql, { table, day, pageRows })) {
    signal.throwIfAborted();
    await archive.insert(rows);
  }
  // Only now: whoever is erased from here on is erased from the archive after their rows have come there.
  const sums = await sumsOf(sql, table);
  const erased = await erasedAccountsOf(sql, table);
  if (erased.length > 0) await archive.eraseAccounts(erased);
  const found = await archive.countDay(day);
  const isComplete =
    found.rows === sums.archivedRows && found.chargesNanoUsd === BigInt(sums.archivedCharges);
  if (!isComplete) throw new ArchiveError(day, found.rows, sums.archivedRows);
  return { rows: sums.rows, chargesNanoUsd: BigInt(sums.charges) };
}

/** Pages of rows as JSON texts, in the order of the primary key, each read by a query of its own. */
async function* readPages(
  sql: Sql,
  { table, day, pageRows }: { table: string; day: string; pageRows: number },
): AsyncGenerator<string[]> {
  const text = `
    select account_id, id,
           (select row_to_json(given)::text from (select $1::text as day, ${GIVEN}) as given) as line
    from "${table}" as day_rows
    where state <> 'held' and not ${IS_ERASED} and (account_id, id) > ($2, $3)
    order by account_id, id limit ${pageRows}`;
  let after = { account_id: '', id: '' };
  for (;;) {
    const rows = await sql.unsafe<{ account_id: string; id: string; line: string }[]>(text, [
      day,
      after.account_id,
      after.id,
    ]);
    const last = rows.at(-1);
    if (!last) return;
    yield rows.map(({ line }) => line);
    if (rows.length < pageRows) return;
    after = last;
  }
}

async function sumsOf(sql: Sql, table: string): Promise<DaySums> {
  const [sums] = await sql.unsafe<DaySums[]>(`
    select count(*)::int as "rows", coalesce(sum(charge_nano_usd), 0)::text as "charges",
           (count(*) filter (where not is_erased))::int as "archivedRows",
           coalesce(sum(charge_nano_usd) filter (where not is_erased), 0)::text as "archivedCharges"
    from (select charge_nano_usd, ${IS_ERASED} as is_erased from "${table}" as day_rows where state <> 'held')`);
  if (!sums) throw new Error(`${table} could not be summed up`);
  return sums;
}

async function erasedAccountsOf(sql: Sql, table: string): Promise<string[]> {
  const rows = await sql<{ accountId: string }[]>`
    select account_id as "accountId" from account_closures
    where erased_at is not null and account_id in (select account_id from ${sql(table)})`;
  return rows.map(({ accountId }) => accountId);
}
