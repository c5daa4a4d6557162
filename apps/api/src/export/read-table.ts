import type { Database } from '@weir/db/connect';
import {
  exportedColumns,
  isExported,
  isOwned,
  type ExportScope,
  type OwnedBy,
  type TableInventory,
} from '@weir/db/data-inventory';

/** A row as it is handed out: money is text, times are ISO 8601. */
export type ExportedRow = Record<string, unknown>;

export interface TableOfAccount {
  table: string;
  inventory: TableInventory;
  owner: OwnedBy;
  accountId: string;
  scope: ExportScope;
  /** How many rows are in memory at a time. */
  pageRows: number;
}

interface KeyColumn {
  name: string;
  type: string;
}

/**
 * The rows of a table that are an account's, in pages. Each is read by a query of its own: no transaction stays open for
 * as long as somebody takes to download.
 */
export async function* readTable(
  { sql }: Pick<Database, 'sql'>,
  { accountId, ...from }: TableOfAccount,
): AsyncGenerator<ExportedRow[]> {
  const key = await sql<KeyColumn[]>`
    select attname as name, format_type(atttypid, atttypmod) as type
    from pg_index join pg_attribute on attrelid = indrelid and attnum = any(indkey)
    where indrelid = ${from.table}::regclass and indisprimary order by array_position(indkey::int2[], attnum)`;
  const text = pageStatement(from, key);
  let after: string[] | undefined;
  do {
    const rows = await sql.unsafe<{ key: string[]; row: ExportedRow }[]>(text, [
      accountId,
      after === undefined,
      ...(after ?? key.map(() => null)),
    ]);
    yield rows.map(({ row }) => row);
    after = rows.length < from.pageRows ? undefined : rows.at(-1)?.key;
  } while (after !== undefined);
}

/** `$1` the account, `$2` whether it is the first page, then the key of the last row before. */
function pageStatement(
  { table, inventory, owner, scope, pageRows }: Omit<TableOfAccount, 'accountId'>,
  key: readonly KeyColumn[],
): string {
  const names = key.map(({ name }) => `"${name}"`).join(', ');
  const last = key.map(({ type }, index) => `$${index + 3}::text::${type}`).join(', ');
  const given = exportedColumns(inventory, scope).map((column) =>
    column.endsWith('_nano_usd') ? `"${column}"::text` : `"${column}"`,
  );
  return `
    select array[${key.map(({ name }) => `"${name}"::text`).join(', ')}] as key,
           (select to_jsonb(given) from (select ${given.join(', ')}) as given) as row
    from "${table}" where ${isOwned(owner, '$1')} and ${isExported(inventory, scope)} and ($2::bool or (${names}) > (${last}))
    order by ${names} limit ${pageRows}`;
}
