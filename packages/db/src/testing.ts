import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCluster, type Cluster } from './cluster.ts';
import { connect, type Database } from './connect.ts';
import { migrate } from './migrate.ts';

const TEMPLATE = 'weir_template';

/** A real cluster for tests, without fsync, holding a migrated template; gone when it is stopped. */
export async function startThrowawayCluster(): Promise<Cluster> {
  const dir = await mkdtemp(join(tmpdir(), 'weir-test-'));
  await chmod(dir, 0o711);
  const cluster = await startCluster(dir, {
    initdbFlags: ['--no-sync'],
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' },
  });
  await runOn(cluster.url, `create database ${TEMPLATE}`);
  await migrate(withDatabase(cluster.url, TEMPLATE));
  return {
    ...cluster,
    async stop() {
      await cluster.stop();
      await rm(await realpath(join(dir, 'postgres')), { recursive: true, force: true });
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** An empty, migrated database of its own, dropped when disposed: `await using database = await createTestDatabase(url)`. */
export async function createTestDatabase(
  clusterUrl: string,
): Promise<Database & AsyncDisposable & { url: string }> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await runOn(clusterUrl, `create database ${name} template ${TEMPLATE}`);
  const url = withDatabase(clusterUrl, name);
  const database = connect(url, { applicationName: 'weir test' });
  return {
    ...database,
    url,
    async [Symbol.asyncDispose]() {
      await database.close();
      await runOn(clusterUrl, `drop database ${name} with (force)`);
    },
  };
}

function withDatabase(url: string, name: string): string {
  const parsed = new URL(url);
  parsed.pathname = `/${name}`;
  return parsed.href;
}

async function runOn(url: string, statement: string): Promise<void> {
  const database = connect(url, { applicationName: 'weir test', connectionsMax: 1 });
  try {
    await database.sql.unsafe(statement);
  } finally {
    await database.close();
  }
}
