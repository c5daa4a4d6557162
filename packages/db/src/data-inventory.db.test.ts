import { fileURLToPath } from 'node:url';
import { describe, expect, inject, it } from 'vitest';
import { ARCHIVED_COLUMNS, UNARCHIVED_COLUMNS } from './archived-requests.ts';
import { DATA_INVENTORY, exportedColumns, type TableInventory } from './data-inventory.ts';
import { createTestDatabase } from './testing.ts';

const DOCUMENT = fileURLToPath(new URL('../../../docs/data-inventory.md', import.meta.url));

const TABLES = Object.entries(DATA_INVENTORY);
const columnsOf = ({ columns }: TableInventory) => Object.values(columns).flat();

/** How a column's data end. */
function endOf({ owner, erased }: TableInventory, category: string): string {
  if (owner === 'gateway') return 'nobody’s';
  if (owner === 'passing') return 'goes within a day';
  if (erased === 'deleted') return 'deleted with its row';
  return category === 'personal' ? 'set to null' : 'stays, under ids that lead to nobody';
}

function describeTable([table, inventory]: [string, TableInventory]): string {
  const { about, owner, withheld } = inventory;
  const exported = new Set(exportedColumns(inventory, 'lawful'));
  const own = new Set(exportedColumns(inventory, 'own'));
  const inExport = (column: string) => {
    if (typeof owner === 'string' || !exported.has(column)) return 'no';
    return own.has(column) ? 'yes' : 'lawful only';
  };
  const told = [`${about}.`];
  if (withheld !== undefined && withheld !== 'all') {
    const values = withheld.rows.values.map((value) => `\`${value}\``).join(', ');
    told.push(`Rows whose \`${withheld.rows.column}\` is one of ${values} are in the lawful export only.`);
  }
  const rows = Object.entries(inventory.columns).flatMap(([category, columns]) =>
    columns.map(
      (column) => `| \`${column}\` | ${category} | ${inExport(column)} | ${endOf(inventory, category)} |`,
    ),
  );
  const head = [
    '| column | category | in the export | when its person has left |',
    '| --- | --- | --- | --- |',
  ];
  return [`## ${table}`, told.join(' '), [...head, ...rows].join('\n')].join('\n\n');
}

const INTRODUCTION = `# What is kept

Every column of every table of the schema \`public\`, made of
[data-inventory.ts](../packages/db/src/data-inventory.ts), which the export and the erasing go by. A test fails when the
database has a column that is not named there. Nothing of a prompt or of a reply is in any of them, but for \`capture_records\`: there it
is sealed for one browser of its holder, see [the decision](decisions/0014-captures-are-sealed-for-one-browser.md).

Personal is what says who somebody is, or is in their own words. Secret is what lets somebody in, checks who they are,
or is sealed: no export has it. What an operator keeps beside the database (backups, logs of a proxy) is the operator’s to delete.`;

function describeArchive(): string {
  const { money = [] } = DATA_INVENTORY['requests']?.columns ?? {};
  const rows = Object.entries(ARCHIVED_COLUMNS).map(
    ([column, type]) =>
      `| \`${column}\` | ${money.includes(column) ? 'money' : 'technical'} | \`${type}\` | yes | erased with its row |`,
  );
  const left = Object.entries(UNARCHIVED_COLUMNS).map(([column, why]) => `\`${column}\`, which ${why}`);
  return [
    '## The archive',
    `Where \`CLICKHOUSE_URL\` is set: a request whose day is over, in the table \`requests\` of ClickHouse, beside its \`day\`; made of
[archived-requests.ts](../packages/db/src/archived-requests.ts). It does not get ${left.join('; ')}.`,
    [
      '| column | category | type | in the export | when its person has left |',
      '| --- | --- | --- | --- | --- |',
      ...rows,
    ].join('\n'),
  ].join('\n\n');
}

describe('the archive of requests', () => {
  const columns: TableInventory['columns'] = DATA_INVENTORY['requests']?.columns ?? {};
  const archived = Object.keys(ARCHIVED_COLUMNS);

  it('gets a column only when it is listed: each one of `requests` is said to be archived, or why it is not', () => {
    expect([...archived, ...Object.keys(UNARCHIVED_COLUMNS)].toSorted()).toEqual(
      Object.values(columns)
        .flat()
        .toSorted((a, b) => (a < b ? -1 : 1)),
    );
  });

  it('gets nothing that says who somebody is, no secret, and no text of a form that is open', async () => {
    const closed = new Set([...(columns.money ?? []), ...(columns.technical ?? [])]);
    expect(archived.filter((column) => !closed.has(column))).toEqual([]);
    await using database = await createTestDatabase(inject('clusterUrl'));
    const open = await database.sql<{ column: string }[]>`
      select column_name as column from information_schema.columns
      where table_name = 'requests' and data_type in ('json', 'jsonb', 'bytea', 'ARRAY', 'inet')`;
    expect(open.map(({ column }) => column).toSorted()).toEqual(['failed_attempts', 'source_ip']);
    expect(open.filter(({ column }) => archived.includes(column))).toEqual([]);
  });

  it('keeps money as whole numbers of 64 bits', () => {
    const money = Object.entries(ARCHIVED_COLUMNS).filter(([column]) => column.endsWith('_nano_usd'));
    expect(money.length).toBeGreaterThan(2);
    expect(new Set(money.map(([, type]) => type))).toEqual(new Set(['Int64']));
  });
});

describe('the inventory of data', () => {
  it('names every column of the database once, and no other', async () => {
    await using database = await createTestDatabase(inject('clusterUrl'));
    const found = await database.sql<{ column: string }[]>`
      select c.table_name || '.' || c.column_name as column from information_schema.columns c
      join pg_class on relname = c.table_name and relnamespace = 'public'::regnamespace and not relispartition
      where c.table_schema = 'public'`;
    const named = TABLES.flatMap(([table, inventory]) =>
      columnsOf(inventory).map((column) => `${table}.${column}`),
    );
    expect(named.toSorted()).toEqual(found.map(({ column }) => column).toSorted());
  });

  it('has no column for a card or a bank account', () => {
    const columns = TABLES.flatMap(([table, inventory]) =>
      columnsOf(inventory).map((column) => `${table}.${column}`),
    );
    const named = /(^|[._])(card|pan|cvc|cvv|iban|bic|swift|bank|account_number|routing_number)/;
    expect('payments.card_number').toMatch(named);
    expect(columns.filter((column) => named.test(column))).toEqual([]);
  });

  it('can take every personal column from its person', async () => {
    await using database = await createTestDatabase(inject('clusterUrl'));
    const nullable = await database.sql<{ column: string }[]>`
      select table_name || '.' || column_name as column from information_schema.columns
      where table_schema = 'public' and is_nullable = 'YES'`;
    const canBeNull = new Set(nullable.map(({ column }) => column));
    const personal = TABLES.flatMap(([table, { columns, ...rest }]) =>
      (columns.personal ?? []).map((column) => ({ name: `${table}.${column}`, ...rest })),
    );
    expect(personal.length).toBeGreaterThan(0);
    const stay = personal.filter(
      ({ name, owner, erased }) => owner === 'gateway' || (erased === 'kept' && !canBeNull.has(name)),
    );
    expect(stay).toEqual([]);
  });

  it('has whatever refers to a person or an account owned by one', async () => {
    await using database = await createTestDatabase(inject('clusterUrl'));
    const owned = await database.sql<{ table: string }[]>`
      select distinct c.table_name as table from information_schema.columns c
      join pg_class on relname = c.table_name and relnamespace = 'public'::regnamespace and not relispartition
      where c.table_schema = 'public' and c.column_name in ('account_id', 'user_id', 'key_id')`;
    expect(owned.length).toBeGreaterThan(0);
    expect(owned.filter(({ table }) => DATA_INVENTORY[table]?.owner === 'gateway')).toEqual([]);
  });

  it('is what the document says', async () => {
    await expect(
      `${[INTRODUCTION, ...TABLES.map(describeTable), describeArchive()].join('\n\n')}\n`,
    ).toMatchFileSnapshot(DOCUMENT);
  });
});
