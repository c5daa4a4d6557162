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
export function isOwned({ by, column }: OwnedBy, account: string): string {
  return `"${column}" ${OWNERS[by](account)}`;
}

/** The columns of a table that may be handed out: all but secrets, as they are listed. */
export function exportedColumns({ columns }: TableInventory): string[] {
  const { secret: _kept, ...handedOut } = columns;
  return Object.values(handedOut).flat();
}
