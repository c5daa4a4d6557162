import { expect, inject, it } from 'vitest';
import { migrate } from './migrate.ts';
import { isMigrated } from './schema-version.ts';
import { createTestDatabase } from './testing.ts';

it('a migration that a table is busy for gives up its place in the queue, and tries again', async () => {
  await using database = await createTestDatabase(inject('clusterUrl'));
  const { sql, url } = database;
  // As before the newest one.
  await sql`alter table account_closures drop column archive_erased_at`;
  await sql`delete from drizzle.__drizzle_migrations
    where created_at = (select max(created_at) from drizzle.__drizzle_migrations)`;
  const waiting = async () => {
    const [row] = await sql<{ count: number }[]>`
      select count(*)::int as count from pg_locks
      join pg_database on pg_database.oid = database and datname = current_database()
      where not granted`;
    return row?.count;
  };
  const busy = await sql.reserve();
  await busy`begin`;
  await busy`lock table account_closures in row exclusive mode`;
  const migrating = migrate(url);
  await expect.poll(waiting, { timeout: 10_000 }).toBe(1);
  // Nobody waits behind it for longer than a moment.
  await expect.poll(waiting, { timeout: 10_000, interval: 20 }).toBe(0);
  await busy`rollback`;
  busy.release();
  await migrating;
  expect(await isMigrated(sql)).toBe(true);
}, 30_000);
