import { ClickHouseError, ClickHouseLogLevel, createClient, type ClickHouseClient } from '@clickhouse/client';
import { ARCHIVED_COLUMNS } from '@weir/db/archived-requests';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { ArchiveUnavailable, type Archive, type ArchivedRow } from './archive.ts';

/** An erasing writes whole parts of the table anew. */
const TIMEOUT_MS = 5 * 60_000;
const CONNECTIONS_MAX = 2;

const COLUMNS = Object.entries(ARCHIVED_COLUMNS);

/**
 * `day` comes first: whole days are written and counted. What is written twice is one row in each read (`final`), and
 * on disk after a merge. By month, as parts without number would slow every statement down.
 */
const CREATE = `
  create table if not exists requests (day Date, ${COLUMNS.map(([name, type]) => `${name} ${type}`).join(', ')})
  engine = ReplacingMergeTree partition by toYYYYMM(day) order by (day, account_id, id)`;

/** For a table that an earlier version made. */
const ADD_COLUMNS = `alter table requests ${COLUMNS.map(([name, type]) => `add column if not exists ${name} ${type}`).join(', ')}`;

/** As they are handed out: what JSON has no numbers for is text, and a time says its zone. */
const HANDED_OUT = ['day', ...COLUMNS.map(([name, type]) => handedOut(name, type))].join(', ');

function handedOut(name: string, type: string): string {
  if (type === 'Int64') return `toString(requests.${name}) as ${name}`;
  if (type.includes('DateTime64'))
    return `concat(replaceOne(toString(requests.${name}), ' ', 'T'), 'Z') as ${name}`;
  return name;
}

const PAGE = `
  select ${HANDED_OUT} from requests final
  where requests.account_id = {account:String} and (requests.day, requests.id) > ({day:Date}, {id:String})
  order by requests.day, requests.id limit {rows:UInt32}`;

/** @param url with user, password and database, e.g. `https://weir:secret@clickhouse.example.com:8443/weir`. */
export function clickhouseArchive(url: string): Archive {
  const client = createClient({
    url,
    application: 'weir',
    request_timeout: TIMEOUT_MS,
    max_open_connections: CONNECTIONS_MAX,
    // Its words may quote rows.
    log: { level: ClickHouseLogLevel.OFF },
  });
  const prepare = once(() =>
    asking(async () => {
      await client.command({ query: CREATE });
      await client.command({ query: ADD_COLUMNS });
    }),
  );
  return {
    async check() {
      await prepare();
      await select(client, 'select 1');
    },
    async insert(rows) {
      await prepare();
      const values = Readable.from([rows.join('\n')], { objectMode: false });
      // Its `insert` would have each row an object, to be made JSON of once more.
      const query = 'insert into requests format JSONEachRow';
      await asking(async () => text((await client.exec({ query, values })).stream));
    },
    async countDay(day) {
      await prepare();
      const [found] = await select<{ rows: string; charges: string }>(
        client,
        `select toString(count()) as rows, toString(sum(charge_nano_usd)) as charges
         from requests final where day = {day:Date}`,
        { day },
      );
      return { rows: Number(found?.rows), chargesNanoUsd: BigInt(found?.charges ?? 0) };
    },
    async *readAccount(account, pageRows) {
      await prepare();
      let after: ArchivedRow | undefined = { day: '1970-01-01', id: '' };
      while (after) {
        const from: Record<string, unknown> = { day: after['day'], id: after['id'] };
        const page: ArchivedRow[] = await select(client, PAGE, { account, rows: pageRows, ...from });
        yield page;
        after = page.length < pageRows ? undefined : page.at(-1);
      }
    },
    async eraseAccounts(accounts) {
      await prepare();
      // Not the lightweight `delete`, which leaves the rows on disk until some merge.
      const query =
        'alter table requests delete where account_id in {accounts:Array(String)} settings mutations_sync = 2';
      await asking(() => client.command({ query, query_params: { accounts } }));
    },
    async summarise() {
      await prepare();
      const [found] = await select<{ rows: string; first: string; last: string }>(
        client,
        'select toString(count()) as rows, min(day) as first, max(day) as last from requests final',
      );
      const rows = Number(found?.rows);
      return {
        rows,
        firstDay: rows ? (found?.first ?? null) : null,
        lastDay: rows ? (found?.last ?? null) : null,
      };
    },
    close: () => client.close(),
  };
}

async function select<Row>(
  client: ClickHouseClient,
  query: string,
  parameters: Record<string, unknown> = {},
): Promise<Row[]> {
  return asking(async () => {
    const result = await client.query({ query, query_params: parameters, format: 'JSONEachRow' });
    return result.json<Row>();
  });
}

async function asking<Result>(ask: () => Promise<Result>): Promise<Result> {
  try {
    return await ask();
  } catch (error) {
    const { code, name } = error as NodeJS.ErrnoException;
    // ClickHouse's own codes are numbers, which have names.
    const type = error instanceof ClickHouseError ? error.type : undefined;
    throw new ArchiveUnavailable(type ?? code ?? name, error);
  }
}

/** Does something the first time that it is asked for, and again after it failed. */
function once(run: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return async () => {
    done ??= run();
    try {
      await done;
    } catch (error) {
      done = undefined;
      throw error;
    }
  };
}
