import { ACCOUNT_DATA } from './inventory/account-data.ts';
import { GATEWAY_DATA } from './inventory/gateway-data.ts';
import { PERSON_DATA } from './inventory/person-data.ts';
import type { OwnedBy, TableInventory } from './inventory/table-inventory.ts';

export type { OwnedBy, TableInventory } from './inventory/table-inventory.ts';

/*
 * What is kept, where, and what becomes of it when its person leaves: every column of every table is named here once.
 * The export and the erasing go by this list, docs/data-inventory.md is made of it, and a test fails when a column of
 * the database is missing.
 */

/** By table. Rows are deleted in this order: what refers to others comes before them. */
export const DATA_INVENTORY: Readonly<Record<string, TableInventory>> = {
  ...PERSON_DATA,
  ...ACCOUNT_DATA,
  ...GATEWAY_DATA,
};

const OWNERS: Readonly<Record<OwnedBy['by'], (account: string) => string>> = {
  account: (account) => `= ${account}`,
  user: (account) => `in (select id from users where account_id = ${account})`,
  key: (account) => `in (select key_id from key_spend where account_id = ${account})`,
};

/** The condition of SQL that a row is an account's. @param account the placeholder of its id, e.g. `$1`. */
export function isOwned({ by, column, addressColumn }: OwnedBy, account: string): string {
  const named = `"${column}" ${OWNERS[by](account)}`;
  if (addressColumn === undefined) return named;
  const addressed = `"${addressColumn}" in (select email from users where account_id = ${account})`;
  return `(${named} or ("${column}" is null and ${addressed}))`;
}

/** To whom data are handed out: `own`, the holder; `lawful`, with what is withheld from the holder. */
export type ExportScope = 'own' | 'lawful';

/** The columns of a table that may be handed out, as they are listed: no secrets, and none that are withheld. */
export function exportedColumns({ columns, withheld }: TableInventory, scope: ExportScope): string[] {
  const { secret: _kept, ...handedOut } = columns;
  const named = Object.values(handedOut).flat();
  if (scope === 'lawful' || withheld === undefined) return named;
  return withheld === 'all' ? [] : named.filter((column) => !withheld.columns.includes(column));
}

/** The condition of SQL that a row may be handed out. */
export function isExported({ withheld }: TableInventory, scope: ExportScope): string {
  if (scope === 'lawful' || withheld === undefined) return 'true';
  if (withheld === 'all') return 'false';
  const { column, values } = withheld.rows;
  return `"${column}" not in (${values.map((value) => `'${value}'`).join(', ')})`;
}
