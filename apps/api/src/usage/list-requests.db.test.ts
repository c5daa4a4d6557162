import { newId } from '@weir/core/ids';
import { createTestDatabase } from '@weir/db/testing';
import { expect, inject, it } from 'vitest';
import { keepQueries, planOf } from '../testing/query-plan.ts';
import { listRequests } from './list-requests.ts';
import type { UsageListInput } from './usage-inputs.ts';

const DAYS = 20;
const DAY_MS = 24 * 60 * 60 * 1000;

/** Every day of the last 20 has 50 requests of `acc_1`, made every 20 minutes or so, and 1,000 of others. */
async function setUp() {
  const database = await createTestDatabase(inject('clusterUrl'));
  const { sql } = database;
  await sql`select weir_ensure_request_days((now() at time zone 'UTC')::date - ${DAYS}::int, ${DAYS + 8}::int)`;
  await sql`
    insert into requests (account_id, id, key_id, model_id, dialect, streamed, state, hold_nano_usd, hold_expires_at)
    select case when i % 21 = 0 then 'acc_1' else 'acc_' || i end,
           weir_request_id_floor(day::timestamp at time zone 'UTC' + make_interval(secs => i * 80))
             || to_char(i, 'fm0000000000000000'),
           'key_' || i % 2, 'm', 'd', true, 'voided', 1, now()
    from (select (now() at time zone 'UTC')::date - generate_series(1, ${DAYS}::int) as day) as days,
         generate_series(1, 1050) as i`;
  await sql`analyze requests`;
  return database;
}

/** The scans of `requests` that the page's query begins, by its plan. */
async function scansOf({ sql }: Awaited<ReturnType<typeof setUp>>, input: UsageListInput) {
  const { db, queries } = keepQueries(sql);
  const page = await listRequests(db, 'acc_1', input);
  const [query, ...others] = queries;
  if (!query || others.length > 0) throw new Error('a page is read by one query');
  const nodes = await planOf(sql, query);
  const scans = nodes.filter(
    (node) => node['Relation Name']?.startsWith('requests') === true && node['Actual Loops'] > 0,
  );
  return { page, scans };
}

it('reads a page from the newest days alone, by an index', async () => {
  await using database = await setUp();
  const newest = await scansOf(database, { limit: 50 });
  expect(newest.page.items).toHaveLength(50);
  expect(new Set(newest.scans.map((scan) => scan['Node Type']))).toEqual(new Set(['Index Scan']));
  // The days ahead, today, and the one or two that have the page; of twenty.
  expect(newest.scans.length).toBeLessThanOrEqual(11);
  expect(newest.scans.filter((scan) => scan['Actual Rows'] > 0).length).toBeLessThanOrEqual(2);

  const cursor = newId('request', Date.now() - 10 * DAY_MS);
  const older = await scansOf(database, { limit: 50, cursor, keyId: 'key_1' });
  expect(older.page.items).toHaveLength(50);
  expect(new Set(older.scans.map((scan) => scan['Node Type']))).toEqual(new Set(['Index Scan']));
  expect(older.scans.length).toBeLessThanOrEqual(4);
});
