import { setTimeout as delay } from 'node:timers/promises';
import { OperatorError } from '@weir/core/operator-error';
import { migrate as applyMigrations } from 'drizzle-orm/postgres-js/migrator';
import { ADVISORY_LOCKS } from './advisory-locks.ts';
import { connect, type Database } from './connect.ts';
import { migrationsFolder, newestAppliedMs, newestKnownMs } from './schema-version.ts';

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
    if ((await newestAppliedMs(database.sql)) > newestKnownMs()) {
      throw new NewerDatabaseError(
        'The database was written by a newer version of Weir. Start that version, or point WEIR_DATA_DIR or DATABASE_URL at another database.',
      );
    }
    await applyPatiently(database);
  } finally {
    await database.close();
  }
}

/** While a table's lock is waited for, whoever comes later waits as well: calls would stand still. */
const LOCK_TIMEOUT = '2s';
const LOCK_TRIES = 60;
const LOCK_RETRY_MS = 1_000;
/** @see https://www.postgresql.org/docs/current/errcodes-appendix.html */
const LOCK_NOT_AVAILABLE = '55P03';

/** What is pending is applied in one transaction; where something has a table for long, again and again. */
async function applyPatiently({ db, sql }: Database): Promise<void> {
  await sql`select set_config('lock_timeout', ${LOCK_TIMEOUT}, false)`;
  for (let tries = 1; ; tries++) {
    try {
      await applyMigrations(db, { migrationsFolder });
      return;
    } catch (error) {
      if (tries === LOCK_TRIES || !isLockTimeout(error)) throw error;
      await delay(LOCK_RETRY_MS);
    }
  }
}

/** Drizzle wraps what the driver throws. */
function isLockTimeout(error: unknown): boolean {
  const { code, cause } = error as { code?: unknown; cause?: { code?: unknown } };
  return code === LOCK_NOT_AVAILABLE || cause?.code === LOCK_NOT_AVAILABLE;
}
