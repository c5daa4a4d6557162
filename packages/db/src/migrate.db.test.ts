import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate as applyMigrations } from 'drizzle-orm/postgres-js/migrator';
import { expect, inject, it } from 'vitest';
import type { Database } from './connect.ts';
import { migrate } from './migrate.ts';
import { isMigrated, migrationsFolder } from './schema-version.ts';
import { createTestDatabase } from './testing.ts';

/** Empties a database, and migrates it up to the migration before this one. */
async function migrateUpTo(tag: string, { db, sql }: Database): Promise<void> {
  await sql`drop schema public, drizzle cascade`;
  await sql`create schema public`;
  const folder = await mkdtemp(join(tmpdir(), 'weir-migrations-'));
  try {
    await cp(migrationsFolder, folder, { recursive: true });
    const file = join(folder, 'meta/_journal.json');
    const journal = JSON.parse(await readFile(file, 'utf8')) as { entries: { tag: string }[] };
    const entries = journal.entries.slice(
      0,
      journal.entries.findIndex((entry) => entry.tag === tag),
    );
    await writeFile(file, JSON.stringify({ ...journal, entries }));
    await applyMigrations(db, { migrationsFolder: folder });
  } finally {
    await rm(folder, { recursive: true });
  }
}

it('a migration that a table is busy for gives up its place in the queue, and tries again', async () => {
  await using database = await createTestDatabase(inject('clusterUrl'));
  const { sql, url } = database;
  await migrateUpTo('0020_archive_erased_at', database);
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
