import { startCluster } from './cluster.ts';
import { connect, type ConnectOptions, type Database } from './connect.ts';
import { migrate } from './migrate.ts';

export interface DatabaseSettings {
  DATABASE_URL?: string | undefined;
  WEIR_DATA_DIR: string;
}

/**
 * The migrated database of these settings, for a command that runs beside the servers or alone: the embedded
 * Postgres is used where it runs, and else started; who closes last stops it.
 */
export async function openDatabase(settings: DatabaseSettings, options: ConnectOptions): Promise<Database> {
  if (settings.DATABASE_URL !== undefined) {
    await migrate(settings.DATABASE_URL);
    return connect(settings.DATABASE_URL, options);
  }
  const cluster = await startCluster(settings.WEIR_DATA_DIR);
  await migrate(cluster.url);
  const database = connect(cluster.url, options);
  return {
    ...database,
    async close() {
      await database.close();
      await cluster.release();
    },
  };
}
