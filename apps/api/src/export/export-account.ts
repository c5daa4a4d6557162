import { PassThrough, Readable } from 'node:stream';
import { csvLine } from '@weir/core/csv';
import type { Database } from '@weir/db/connect';
import { ARCHIVED_COLUMNS } from '@weir/db/archived-requests';
import { DATA_INVENTORY, exportedColumns, type ExportScope } from '@weir/db/data-inventory';
import { ZipFile } from 'yazl';
import type { Archive } from '../archive/archive.ts';
import type { ExportOrder } from './export-ticket.ts';
import { withWords, WORD_COLUMNS } from './notice-words.ts';
import { readTable, type ExportedRow, type TableOfAccount } from './read-table.ts';

/** Some 300 kB of the widest table. */
const PAGE_ROWS = 500;

export interface ExportOptions extends ExportOrder {
  /** What it has of the account is handed out as well, in either scope: nothing of it is withheld. */
  archive?: Archive | undefined;
  pageRows?: number;
}

/**
 * All that is held about an account as a zip: each table of the inventory as JSON and as CSV, but for secrets, and but
 * for what is withheld where the holder asks. A notice has its words beside it. Made while it is read, a page of rows at a time. Ends with an error, and so
 * incomplete, when the database or the archive fails.
 */
export function exportAccount(database: Database, options: ExportOptions): Readable {
  const { accountId, scope, archive, pageRows = PAGE_ROWS } = options;
  const zip = new ZipFile();
  const output = zip.outputStream.pipe(new PassThrough());
  zip.on('error', (error: Error) => output.destroy(error));
  const add = (name: string, pages: () => AsyncIterable<string>) =>
    zip.addReadStreamLazy(name, (done) => done(null, Readable.from(pages(), { objectMode: false })));

  for (const table of tablesOf(scope)) {
    const isOfNotices = table.table === 'notices';
    const columns = [...exportedColumns(table.inventory, scope), ...(isOfNotices ? WORD_COLUMNS : [])];
    const read = () => {
      const rows = readTable(database, { ...table, accountId, scope, pageRows });
      return isOfNotices ? withWords(database.db, rows) : rows;
    };
    add(`${table.table}.json`, () => asJson(read()));
    add(`${table.table}.csv`, () => asCsv(columns, read()));
  }
  if (archive) {
    const columns = ['day', ...Object.keys(ARCHIVED_COLUMNS)];
    const read = () => archive.readAccount(accountId, pageRows);
    add('archived_requests.json', () => asJson(read()));
    add('archived_requests.csv', () => asCsv(columns, read()));
  }
  zip.end();
  return output;
}

function tablesOf(scope: ExportScope): Pick<TableOfAccount, 'table' | 'inventory' | 'owner'>[] {
  return Object.entries(DATA_INVENTORY).flatMap(([table, inventory]) => {
    const { owner, withheld } = inventory;
    if (typeof owner === 'string' || (withheld === 'all' && scope === 'own')) return [];
    return [{ table, inventory, owner }];
  });
}

async function* asJson(pages: AsyncIterable<ExportedRow[]>): AsyncGenerator<string> {
  let separator = '[\n';
  for await (const rows of pages) {
    let text = '';
    for (const row of rows) {
      text += separator + JSON.stringify(row);
      separator = ',\n';
    }
    yield text;
  }
  yield separator === '[\n' ? '[]\n' : '\n]\n';
}

async function* asCsv(
  columns: readonly string[],
  pages: AsyncIterable<ExportedRow[]>,
): AsyncGenerator<string> {
  yield csvLine(columns);
  for await (const rows of pages) {
    yield rows.map((row) => csvLine(columns.map((column) => csvValue(row[column])))).join('');
  }
}

function csvValue(value: unknown): string | number | boolean | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return JSON.stringify(value);
}
