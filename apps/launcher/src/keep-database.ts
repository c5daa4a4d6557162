import { ADVISORY_LOCKS } from '@weir/db/advisory-locks';
import { startCluster, type Cluster } from '@weir/db/cluster';
import { connect, type Database } from '@weir/db/connect';
import { LaunchError } from './launch-error.ts';

const LOOK_EVERY_MS = 1_000;

/** The embedded Postgres, kept running at one address until it is closed. */
export interface KeptDatabase {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Starts the embedded Postgres, claims it for this launcher, and starts it again should it die.
 * @throws {LaunchError} when another launcher has it; {ClusterError} when it can't be started.
 */
export async function keepDatabase(dataDir: string): Promise<KeptDatabase> {
  let cluster = await startCluster(dataDir);
  let claim = await claimOrRelease(cluster, dataDir);
  const { url } = cluster;
  let mending: Promise<void> | undefined;

  const mend = async (): Promise<void> => {
    if (await cluster.isRunning()) return;
    process.stderr.write('Postgres ended; it is started again.\n');
    await claim.close();
    cluster = await startCluster(dataDir, { port: Number(new URL(url).port) });
    claim = await claimOrRelease(cluster, dataDir);
  };
  const timer = setInterval(() => {
    mending ??= mend()
      .catch((error: unknown) => {
        process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      })
      .finally(() => {
        mending = undefined;
      });
  }, LOOK_EVERY_MS);

  return {
    url,
    async close() {
      clearInterval(timer);
      await mending;
      await claim.close();
      await cluster.stop();
    },
  };
}

/** One launcher per database: the lock lives as long as its connection, so one that was killed leaves none behind. */
async function claimOrRelease(cluster: Cluster, dataDir: string): Promise<Database> {
  const database = connect(cluster.url, { applicationName: 'weir launcher', connectionsMax: 1 });
  const [row] = await database.sql<{ claimed: boolean }[]>`
    select pg_try_advisory_lock(${ADVISORY_LOCKS.launcher}) as claimed`;
  if (row?.claimed) return database;
  await database.close();
  await cluster.release();
  throw new LaunchError(
    `Weir is running already on the data in ${dataDir}. Stop it first, or set WEIR_DATA_DIR to another folder.`,
  );
}
