import { buffer } from 'node:stream/consumers';
import { ARCHIVED_COLUMNS, UNARCHIVED_COLUMNS } from '@weir/db/archived-requests';
import { listRequestDays, utcDay } from '@weir/db/request-days';
import { accountClosures, legalHolds } from '@weir/db/schema';
import { credit, verify } from '@weir/ledger';
import { eq } from 'drizzle-orm';
import { pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import { exportAccount } from '../export/export-account.ts';
import { closeOldDays } from '../jobs/close-old-days.ts';
import { eraseClosedAccounts } from '../leaving/erase-closed-accounts.ts';
import { freePort } from '../testing/free-port.ts';
import { seedRequest } from '../testing/seed-request.ts';
import { startTestApi } from '../testing/start-test-api.ts';
import { skipWithoutClickHouse, startClickHouse, type TestClickHouse } from '../testing/start-clickhouse.ts';
import { textsOf } from '../testing/unzip-export.ts';
import type { Archive } from './archive.ts';
import { clickhouseArchive } from './clickhouse-archive.ts';
import { copyDay } from './copy-day.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const dayBefore = (days: number) => utcDay(Date.now() - days * DAY_MS);
const OLD = dayBefore(5);
/** More than a double can tell from its neighbours. */
const CHARGE = 9_007_199_254_740_993n;
const never = new AbortController().signal;

/** Two accounts with three calls each five days ago, and one four days ago. */
async function setUp(url: string) {
  const api = await startTestApi();
  const { database } = api;
  const people = [await api.signUp('ada@example.com'), await api.signUp('bob@example.com')] as const;
  const lines: string[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) });
  for (const { accountId } of people) {
    await credit(database, { accountId, kind: 'grant', amountNanoUsd: 4n * CHARGE, ref: accountId });
    for (const days of [5, 5, 5, 4]) {
      const createdAt = new Date(`${dayBefore(days)}T06:00:00.123Z`);
      await seedRequest(database, {
        accountId,
        createdAt,
        closedAt: createdAt,
        chargeNanoUsd: CHARGE,
        sourceIp: '2001:db8::5',
        failedAttempts: [{ channelId: 'chn_1', vendor: 'acme', outcome: 'upstream_error', ms: 5 }],
      });
    }
  }
  const archive = clickhouseArchive(url);
  return {
    ...api,
    people,
    archive,
    lines: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>),
    closeOldDays: (by: Archive = archive) =>
      closeOldDays(database, { retentionDays: 3, archive: by, log, signal: never }),
    erase: (by: Archive = archive) => eraseClosedAccounts(database, { archive: by, log, signal: never }),
    /** Ends the time of grace of an account that is to be deleted. */
    async leave(person: (typeof people)[number]) {
      const { email } = (await person.client.auth.me.query()) as { email: string };
      await person.client.leaving.requestDeletion.mutate({ confirmation: email });
      await database.db.update(accountClosures).set({ eraseAfter: new Date(Date.now() - 1) });
    },
    days: async () => (await listRequestDays(database.sql)).map(({ day }) => day),
    /** A day as it is copied. */
    async partition(day: string) {
      const table = (await listRequestDays(database.sql)).find((one) => one.day === day)?.table ?? '';
      return { day, table, signal: never };
    },
    async [Symbol.asyncDispose]() {
      await archive.close();
      await api[Symbol.asyncDispose]();
    },
  };
}

const archived = (clickhouse: TestClickHouse) =>
  clickhouse.query<{ account_id: string; id: string }>('select * from requests final order by day, id');

/** An archive that fails when it is sent rows for the nth time. */
function failingAt(archive: Archive, nth: number): Archive {
  let sent = 0;
  return {
    ...archive,
    async insert(rows) {
      sent += 1;
      if (sent === nth) throw new Error('the line was cut');
      await archive.insert(rows);
    },
  };
}

describe('the archive', () => {
  beforeEach(skipWithoutClickHouse);

  it('has each request of a day before that is dropped, to the nano dollar, and no column that is not listed', async () => {
    await using clickhouse = await startClickHouse();
    await using test = await setUp(clickhouse.url);
    const before = await test.database.sql`
      select account_id, id, charge_nano_usd::text from requests where created_at < ${OLD}::date + 2 order by id`;
    await test.closeOldDays();
    expect((await test.days())[0]).toBe(dayBefore(3));
    expect(await verify(test.database)).toMatchObject({ ok: true });

    const rows = await clickhouse.query(
      'select account_id, id, toString(charge_nano_usd) as charge_nano_usd from requests order by id',
    );
    expect(rows).toEqual([...before]);
    expect(rows).toHaveLength(8);
    const [row] = await clickhouse.query('select * from requests order by day, id');
    expect(row).toMatchObject({
      day: OLD,
      created_at: `${OLD} 06:00:00.123000`,
      streamed: true,
      vendor: null,
    });
    expect(Object.keys(row ?? {}).toSorted()).toEqual(['day', ...Object.keys(ARCHIVED_COLUMNS)].toSorted());
    expect(Object.keys(row ?? {})).not.toEqual(
      expect.arrayContaining([expect.stringMatching(Object.keys(UNARCHIVED_COLUMNS).join('|'))]),
    );
    expect(JSON.stringify(await archived(clickhouse))).not.toMatch(/2001:db8|upstream_error/);
  });

  it('that can’t be reached keeps the day, says so, and has it when it is there again', async () => {
    const port = await freePort();
    await using test = await setUp(`http://weir:a-password@127.0.0.1:${port}/weir`);
    await expect(test.closeOldDays()).rejects.toThrow('The archive can’t be used (ECONNREFUSED).');
    expect((await test.days())[0]).toBe(OLD);
    expect(test.lines()).toMatchObject([
      {
        level: 50,
        day: OLD,
        hint: 'The archive can’t be used (ECONNREFUSED). Check that it runs, and that CLICKHOUSE_URL is right.',
      },
    ]);
    // Nothing is sealed meanwhile: addresses are forgotten, accounts erased.
    await test.database.sql`update requests set source_ip = null`;

    await using clickhouse = await startClickHouse({ port });
    await test.closeOldDays();
    expect((await test.days())[0]).toBe(dayBefore(3));
    expect(await archived(clickhouse)).toHaveLength(8);
  });

  it('has every request once, though the copying broke off in the middle and was done again', async () => {
    await using clickhouse = await startClickHouse();
    await using test = await setUp(clickhouse.url);
    const day = { ...(await test.partition(OLD)), pageRows: 2 };
    await expect(copyDay(test.database, failingAt(test.archive, 3), day)).rejects.toThrow('the line was cut');
    expect(await archived(clickhouse)).toHaveLength(4);

    // The server was killed as well, and is back with what it had.
    await clickhouse.kill();
    const { port, dataDir } = clickhouse;
    await using again = await startClickHouse({ port, dataDir });
    expect(await copyDay(test.database, test.archive, day)).toEqual({
      rows: 6,
      chargesNanoUsd: 6n * CHARGE,
    });
    expect(await again.query('select toString(count()) as rows from requests')).not.toEqual([{ rows: '6' }]);
    expect(await archived(again)).toHaveLength(6);
    await test.closeOldDays();
    expect(await archived(again)).toHaveLength(8);
  });

  it('that lost something, or a day that changed, keeps the day', async () => {
    await using clickhouse = await startClickHouse();
    await using test = await setUp(clickhouse.url);
    const losing = {
      ...test.archive,
      insert: (rows: readonly string[]) => test.archive.insert(rows.slice(1)),
    };
    await expect(test.closeOldDays(losing)).rejects.toThrow(
      `Of ${OLD} the archive has 5 requests, which are not the 6`,
    );

    const late: Archive = {
      ...test.archive,
      async countDay(day) {
        const found = await test.archive.countDay(day);
        const [{ accountId }] = test.people;
        const createdAt = new Date(`${day}T07:00:00Z`);
        await seedRequest(test.database, { accountId, createdAt, state: 'voided' });
        return found;
      },
    };
    await test.closeOldDays(late);
    expect((await test.days())[0]).toBe(OLD);
    expect(test.lines().at(-1)).toMatchObject({ level: 40, day: OLD, outcome: 'changed' });
    await test.closeOldDays();
    expect((await test.days())[0]).toBe(dayBefore(3));
    expect(await archived(clickhouse)).toHaveLength(9);
  });

  it('is sent no more pages when the server is to stop, and the day is kept', async () => {
    await using clickhouse = await startClickHouse();
    await using test = await setUp(clickhouse.url);
    const stopping = new AbortController();
    const log = pino({ level: 'silent' });
    const archive: Archive = {
      ...test.archive,
      async countDay(day) {
        stopping.abort();
        return test.archive.countDay(day);
      },
    };
    await closeOldDays(test.database, { retentionDays: 3, archive, log, signal: stopping.signal });
    expect(await test.archive.summarise()).toMatchObject({ rows: 6 });
    const aborted = copyDay(test.database, test.archive, {
      ...(await test.partition(dayBefore(4))),
      signal: stopping.signal,
    });
    await expect(aborted).rejects.toMatchObject({ name: 'AbortError' });
    expect((await test.days())[0]).toBe(dayBefore(4));
  });

  it('gets nothing of a day with a call under way', async () => {
    await using clickhouse = await startClickHouse();
    await using test = await setUp(clickhouse.url);
    const [{ accountId }] = test.people;
    const createdAt = new Date(`${OLD}T06:00:00Z`);
    await seedRequest(test.database, { accountId, state: 'held', outcome: null, createdAt });
    await test.closeOldDays();
    expect((await test.days())[0]).toBe(OLD);
    expect(test.lines()).toMatchObject([{ level: 40, day: OLD, outcome: 'held' }]);
    expect(await test.archive.summarise()).toEqual({ rows: 0, firstDay: null, lastDay: null });
  });

  it('takes what a newer version knows of a request into a table that an older one made', async () => {
    await using clickhouse = await startClickHouse();
    await using test = await setUp(clickhouse.url);
    await test.archive.summarise();
    await clickhouse.command('alter table requests drop column finish_reason');
    const newer = clickhouseArchive(clickhouse.url);
    await test.closeOldDays(newer);
    await newer.close();
    expect((await archived(clickhouse))[0]).toHaveProperty('finish_reason', null);
  });
});

describe('an account that is erased', () => {
  beforeEach(skipWithoutClickHouse);

  it('is erased from the archive too, however long that can’t be reached, and nobody else is', async () => {
    await using clickhouse = await startClickHouse();
    await using test = await setUp(clickhouse.url);
    const [ada, bob] = test.people;
    await test.closeOldDays();
    await test.leave(ada);
    const away = clickhouseArchive(`http://weir:a-password@127.0.0.1:${await freePort()}/weir`);
    for (const _again of [1, 2])
      await expect(test.erase(away)).rejects.toThrow('The archive can’t be used (ECONNREFUSED).');
    await away.close();
    const closure = async () => (await test.database.db.select().from(accountClosures))[0];
    expect(await closure()).toMatchObject({ erasedAt: expect.any(Date), archiveErasedAt: null });
    expect(await archived(clickhouse)).toHaveLength(8);

    await test.erase();
    expect(await closure()).toMatchObject({ archiveErasedAt: expect.any(Date) });
    const left = await archived(clickhouse);
    expect(left).toHaveLength(4);
    expect(new Set(left.map(({ account_id }) => account_id))).toEqual(new Set([bob.accountId]));
  });

  it('before its days are closed never comes into the archive, nor when it is while they are copied', async () => {
    await using clickhouse = await startClickHouse();
    await using test = await setUp(clickhouse.url);
    const [ada, bob] = test.people;
    await test.leave(ada);
    // Erased, also from the archive, after the rows were read and before they arrive.
    let erased = false;
    const sentLater: string[] = [];
    const slow: Archive = {
      ...test.archive,
      async insert(rows) {
        if (erased) sentLater.push(...rows);
        else await test.erase();
        erased = true;
        await test.archive.insert(rows);
      },
    };
    await test.closeOldDays(slow);
    expect((await test.days())[0]).toBe(dayBefore(3));
    expect(sentLater).toEqual([expect.stringContaining(bob.accountId)]);
    const rows = await archived(clickhouse);
    expect(rows).toHaveLength(4);
    expect(new Set(rows.map(({ account_id }) => account_id))).toEqual(new Set([bob.accountId]));
  });

  it('stays in the archive while it is under a legal hold', async () => {
    await using clickhouse = await startClickHouse();
    await using test = await setUp(clickhouse.url);
    const [ada] = test.people;
    await test.closeOldDays();
    await test.leave(ada);
    await test.database.db.insert(legalHolds).values({ accountId: ada.accountId, reference: '7 O 12/26' });
    await test.erase();
    expect(await archived(clickhouse)).toHaveLength(8);
    await test.database.db.delete(legalHolds).where(eq(legalHolds.accountId, ada.accountId));
    await test.erase();
    expect(await archived(clickhouse)).toHaveLength(4);
  });
});

it('an export has what the archive holds of the account, page by page', async (context) => {
  skipWithoutClickHouse(context);
  await using clickhouse = await startClickHouse();
  await using test = await setUp(clickhouse.url);
  const [ada, bob] = test.people;
  await test.closeOldDays();
  for (const scope of ['own', 'lawful'] as const) {
    const { archive } = test;
    const zip = exportAccount(test.database, { accountId: ada.accountId, scope, archive, pageRows: 2 });
    const files = textsOf(new Uint8Array(await buffer(zip)));
    const rows = JSON.parse(files['archived_requests.json'] ?? '') as Record<string, unknown>[];
    expect(rows).toHaveLength(4);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(4);
    expect(rows[0]).toMatchObject({
      account_id: ada.accountId,
      charge_nano_usd: String(CHARGE),
      created_at: `${OLD}T06:00:00.123000Z`,
    });
    const lines = files['archived_requests.csv']?.trimEnd().split('\r\n') ?? [];
    expect(lines[0]).toBe(['day', ...Object.keys(ARCHIVED_COLUMNS)].join(','));
    expect(lines).toHaveLength(5);
    expect(JSON.stringify(files)).not.toContain(bob.accountId);
  }
});

it('an export is refused, rather than cut off, while the archive can’t be reached', async () => {
  const archive = clickhouseArchive(`http://weir:a-password@127.0.0.1:${await freePort()}/weir`);
  await using api = await startTestApi({ archive });
  const { client } = await api.signUp('ada@example.com');
  const { ticket } = await client.leaving.export.mutate();
  const response = await fetch(`${api.url}/export`, { headers: { authorization: `Bearer ${ticket}` } });
  expect(response.status).toBe(503);
  expect(await response.json()).toMatchObject({ error: { code: 'service_unavailable' } });
  await archive.close();
});
