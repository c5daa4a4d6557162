import type { Database } from '@weir/db/connect';
import { openDatabase } from '@weir/db/open';
import { readConfig, type Config } from '../config.ts';

/** Runs a command on the migrated database of the environment, and leaves it as it was found: running or not. */
export async function useDatabase<Result>(
  run: (database: Database, config: Config) => Promise<Result>,
): Promise<Result> {
  const config = readConfig();
  const database = await openDatabase(config, { applicationName: 'weir command line', connectionsMax: 2 });
  try {
    return await run(database, config);
  } finally {
    await database.close();
  }
}
