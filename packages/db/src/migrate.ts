import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { sql } from 'drizzle-orm';
import { migrate as applyMigrations } from 'drizzle-orm/postgres-js/migrator';
import { ADVISORY_LOCKS } from './advisory-locks.ts';
import { connect } from './connect.ts';
import { OperatorError } from '@weir/core/operator-error';

const migrationsFolder = fileURLToPath(new URL('../migrations', import.meta.url));

/** The database was written by a newer version of Weir than this one. */
export class NewerDatabaseError extends OperatorError {
  override readonly name = 'NewerDatabaseError';
}

/**
 * Brings the schema up to date. Safe to call from several processes at once: one migrates, the others wait.
 * @throws {NewerDatabaseError} when the database knows a migration that this version does not.
 */
export async function migrate(url: string): Promise<void> {
  const database = connect(url, { applicationName: 'weir migrate', connectionsMax: 1 });
  try {
    await database.sql`select pg_advisory_lock(${ADVISORY_LOCKS.migrate})`;
    const applied = await newestAppliedMs(database.db);
    if (applied > newestKnownMs()) {
      throw new NewerDatabaseError(
        'The database was written by a newer version of Weir. Start that version, or point WEIR_DATA_DIR or DATABASE_URL at another database.',
      );
    }
    await applyMigrations(database.db, { migrationsFolder });
  } finally {
    await database.close();
  }
}

/** Whether the schema is exactly as new as this version expects. */
export async function isMigrated(db: Parameters<typeof newestAppliedMs>[0]): Promise<boolean> {
  return (await newestAppliedMs(db)) === newestKnownMs();
}

function newestKnownMs(): number {
  const journal = JSON.parse(readFileSync(`${migrationsFolder}/meta/_journal.json`, 'utf8')) as {
    entries: { when: number }[];
  };
  return Math.max(...journal.entries.map((entry) => entry.when));
}

async function newestAppliedMs(db: ReturnType<typeof connect>['db']): Promise<number> {
  const [there] = await db.execute<{ there: boolean }>(
    sql`select to_regclass('drizzle.__drizzle_migrations') is not null as there`,
  );
  if (!there?.there) return 0;
  const [row] = await db.execute<{ newest: string | null }>(
    sql`select max(created_at)::text as newest from drizzle.__drizzle_migrations`,
  );
  return Number(row?.newest ?? 0);
}
