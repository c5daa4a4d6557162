import { ADVISORY_LOCKS } from '@weir/db/advisory-locks';
import { connect, type Database } from '@weir/db/connect';
import { LaunchError } from './launch-error.ts';

/**
 * One launcher per database: the lock lives as long as its connection, so one that was killed leaves none behind.
 * @throws {LaunchError} when another launcher has it.
 */
export async function claimDatabase(url: string, dataDir: string): Promise<Database> {
  const database = connect(url, { applicationName: 'weir launcher', connectionsMax: 1 });
  const [row] = await database.sql<
    { claimed: boolean }[]
  >`select pg_try_advisory_lock(${ADVISORY_LOCKS.launcher}) as claimed`;
  if (row?.claimed) return database;
  await database.close();
  throw new LaunchError(
    `Weir is running already on the data in ${dataDir}. Stop it first, or set WEIR_DATA_DIR to another folder.`,
  );
}
