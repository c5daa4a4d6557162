import { setTimeout as delay } from 'node:timers/promises';
import { connect } from '@weir/db/connect';
import { createTestDatabase } from '@weir/db/testing';
import { isDatabaseUnavailable } from '@weir/db/unavailable';
import { expect, inject, it } from 'vitest';

const DEATHS = 40;

it('a connection that is cut off in the middle of a transaction fails it, and is made anew', async () => {
  await using database = await createTestDatabase(inject('clusterUrl'));
  const only = connect(database.url, { applicationName: 'weir test lost', connectionsMax: 1 });
  await database.sql`create table kept (number int)`;
  const cutOff = () => database.sql`
    select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'weir test lost'`;

  for (let i = 0; i < DEATHS; i++) {
    const over = new AbortController();
    const failures: unknown[] = [];
    const transactions = (async () => {
      while (!over.signal.aborted) {
        try {
          await only.sql.begin(async (tx) => {
            await tx`select 1`;
            await Promise.all([tx`insert into kept values (1)`, tx`insert into kept values (2)`]);
          });
        } catch (error) {
          failures.push(error);
          over.abort();
        }
      }
    })();
    while (!over.signal.aborted) {
      await delay(i);
      await cutOff();
    }
    await transactions;
    expect(failures.filter((error) => !isDatabaseUnavailable(error))).toEqual([]);
    // The last cut may still be on its way.
    await only.sql`select 1`.catch(() => {});
    expect(await only.sql`select 1 as alive`).toEqual([{ alive: 1 }]);
  }
  const [sums] = await database.sql<{ ones: number; twos: number }[]>`
    select count(*) filter (where number = 1)::int as ones, count(*) filter (where number = 2)::int as twos from kept`;
  expect(sums?.ones).toBe(sums?.twos);
  expect(sums?.ones).toBeGreaterThan(0);
  await only.close();
});
