import { startCluster } from './cluster.ts';
import { isMigrated } from './schema-version.ts';
import { connectSql, type ConnectOptions, type SqlDatabase } from './sql.ts';

export interface DatabaseSettings {
  DATABASE_URL?: string | undefined;
  WEIR_DATA_DIR: string;
}

/**
 * The migrated database of these settings, for a process that runs beside others or alone: the embedded Postgres is
 * used where it runs, and else started; who closes last stops it.
 */
export async function openSql(settings: DatabaseSettings, options: ConnectOptions): Promise<SqlDatabase> {
  if (settings.DATABASE_URL !== undefined) {
    await ensureMigrated(settings.DATABASE_URL);
    return connectSql(settings.DATABASE_URL, options);
  }
  const cluster = await startCluster(settings.WEIR_DATA_DIR);
  await ensureMigrated(cluster.url);
  const database = connectSql(cluster.url, options);
  return {
    ...database,
    async close() {
      await database.close();
      await cluster.release();
    },
  };
}

/** What migrates takes 140 MB to load: only whoever finds something to migrate does. */
async function ensureMigrated(url: string): Promise<void> {
  const database = connectSql(url, { applicationName: 'weir migrate', connectionsMax: 1 });
  try {
    if (await isMigrated(database.sql)) return;
  } finally {
    await database.close();
  }
  const { migrate } = await import('./migrate.ts');
  await migrate(url);
}
