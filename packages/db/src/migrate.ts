import { OperatorError } from '@weir/core/operator-error';
import { migrate as applyMigrations } from 'drizzle-orm/postgres-js/migrator';
import { ADVISORY_LOCKS } from './advisory-locks.ts';
import { connect } from './connect.ts';
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
    await applyMigrations(database.db, { migrationsFolder });
  } finally {
    await database.close();
  }
}
