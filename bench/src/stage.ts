import { randomBytes } from 'node:crypto';
import { chmodSync, statfsSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { connect as connectSocket } from 'node:net';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startCluster, type Cluster } from '@weir/db/cluster';
import { connect, type Database } from '@weir/db/connect';
import { migrate } from '@weir/db/migrate';
import { BenchError } from './bench-error.ts';
import { freePort, isOnPath, pinSelf, Processes, type Started } from './processes.ts';
import { seed } from './seed.ts';
import { UpstreamControl } from './upstream-control.ts';

const RELAY_MAIN = fileURLToPath(import.meta.resolve('../../apps/relay/src/main.ts'));
/** As the launcher starts it. */
const RELAY_NODE_ARGS = ['--max-semi-space-size=16'];
const READY_WITHIN_MS = 30_000;
/** Of 16 MiB each: somewhat less than `max_wal_size` (1 GiB), above which they would not be kept. */
const WAL_FILES = 50;
const TMPFS = 0x01021994;

export interface StageOptions {
  readonly accounts: number;
  readonly pin: boolean;
  /** Where the database's files go: a disk, as memory has no fsync to wait for. */
  readonly dir: string;
  /** Where the relay's CPU profiles go; undefined = it runs without the profiler. */
  readonly cpuProfDir: string | undefined;
}

export type TargetName = 'passThrough' | 'relay';

/** A process under test. */
export interface Target {
  readonly name: TargetName;
  readonly pid: number;
  readonly origin: string;
  stop(): Promise<void>;
}

/** A migrated database with its accounts, and the keys to them. */
export interface BenchDatabase extends Database {
  readonly url: string;
  readonly keys: readonly string[];
}

/** What all measurements stand on: a real Postgres with fsync, the upstream, and what is started beside them. */
export interface Stage extends AsyncDisposable {
  readonly dir: string;
  readonly processes: Processes;
  readonly upstream: UpstreamControl;
  readonly pinned: boolean;
  createDatabase(name: string): Promise<BenchDatabase>;
  startPassThrough(): Promise<Target>;
  /** @param profileName what its CPU profile is called, where one is wanted */
  startRelay(database: BenchDatabase, profileName: string): Promise<Target>;
}

/** @throws {BenchError} when this machine can't give figures that mean something. */
export async function openStage(options: StageOptions): Promise<Stage> {
  requireMachine(options);
  if (options.pin) pinSelf();
  const stack = new AsyncDisposableStack();
  try {
    const dir = await mkdtemp(join(options.dir, 'weir-bench-'));
    stack.defer(() => rm(dir, { recursive: true, force: true }));
    // Postgres does not run as root: its user has to come in.
    chmodSync(dir, 0o711);
    const cluster = await startCluster(dir);
    stack.defer(async () => {
      await cluster.stop();
      await rm(await realpath(join(dir, 'postgres')), { recursive: true, force: true });
    });
    await layInWal(cluster);
    const processes = stack.use(new Processes(dir, options.pin));
    const upstream = await startUpstream(processes);
    const secretKey = randomBytes(32).toString('base64');
    return {
      dir,
      processes,
      upstream,
      pinned: options.pin,
      createDatabase: async (name) => {
        const database = await createDatabase(cluster, name);
        stack.defer(() => database.close());
        const { origin } = upstream;
        const keys = await seed(database, { upstreamOrigin: origin, secretKey, accounts: options.accounts });
        return { ...database, keys };
      },
      startPassThrough: () => startPassThrough(processes, upstream.origin),
      startRelay: (database, profileName) =>
        startRelay(processes, {
          databaseUrl: database.url,
          secretKey,
          upstreamHost: new URL(upstream.origin).host,
          cpuProfArgs: options.cpuProfDir === undefined ? [] : cpuProfArgs(options.cpuProfDir, profileName),
        }),
      [Symbol.asyncDispose]: () => stack.disposeAsync(),
    };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

function requireMachine({ pin, dir }: StageOptions): void {
  if (process.platform !== 'linux') {
    throw new BenchError('The measurements read CPU time and memory from /proc, which only Linux has.');
  }
  if (pin && availableParallelism() < 2) {
    throw new BenchError(
      'This machine lets us use one core: the process under test would share it with what it is tested by. Use a machine with two, or go on with --no-pin and don’t trust the ratios.',
    );
  }
  if (pin && !isOnPath('taskset')) {
    throw new BenchError(
      'There is no taskset here to keep the process under test on a core of its own. Install it (Debian: util-linux), or go on with --no-pin.',
    );
  }
  if (statfsSync(dir).type === TMPFS) {
    throw new BenchError(
      `${dir} is kept in memory, where fsync costs nothing. Name a folder on a disk with --dir.`,
    );
  }
}

async function createDatabase(cluster: Cluster, name: string): Promise<Database & { url: string }> {
  const admin = connect(cluster.url, { applicationName: 'weir bench', connectionsMax: 1 });
  try {
    await admin.sql`create database ${admin.sql(name)}`;
  } finally {
    await admin.close();
  }
  const url = new URL(cluster.url);
  url.pathname = `/${name}`;
  await migrate(url.href);
  return { ...connect(url.href, { applicationName: 'weir bench', connectionsMax: 2 }), url: url.href };
}

/**
 * A database that has been in use writes its log into files that are there already; a new one makes each of them, 16 MiB of
 * zeros, while everybody who commits waits.
 */
async function layInWal(cluster: Cluster): Promise<void> {
  const admin = connect(cluster.url, { applicationName: 'weir bench', connectionsMax: 1 });
  try {
    for (let i = 0; i < WAL_FILES; i++) {
      await admin.sql`select pg_logical_emit_message(true, 'weir bench', '')`;
      await admin.sql`select pg_switch_wal()`;
    }
    await admin.sql`checkpoint`;
  } finally {
    await admin.close();
  }
}

async function startUpstream(processes: Processes): Promise<UpstreamControl> {
  const port = await freePort();
  const started = processes.start({
    name: 'upstream',
    command: process.execPath,
    args: [fileURLToPath(import.meta.resolve('./upstream.ts')), String(port)],
    core: 'others',
  });
  await until('the upstream', () => accepts(port));
  return new UpstreamControl(`http://127.0.0.1:${port}`, started);
}

async function startPassThrough(processes: Processes, upstreamOrigin: string): Promise<Target> {
  const port = await freePort();
  const started = processes.start({
    name: 'pass-through',
    command: process.execPath,
    args: [fileURLToPath(import.meta.resolve('./pass-through.ts')), String(port), upstreamOrigin],
    env: { NODE_ENV: 'production' },
    core: 'underTest',
  });
  await until('the pass-through', () => accepts(port));
  return target('passThrough', started, port);
}

interface RelayOptions {
  readonly databaseUrl: string;
  readonly secretKey: string;
  readonly upstreamHost: string;
  readonly cpuProfArgs: readonly string[];
}

/** The relay as it is shipped: what is set here has to be set by any operator. */
async function startRelay(processes: Processes, options: RelayOptions): Promise<Target> {
  const port = await freePort();
  const started = processes.start({
    name: 'relay',
    command: process.execPath,
    args: [...RELAY_NODE_ARGS, ...options.cpuProfArgs, RELAY_MAIN],
    env: {
      NODE_ENV: 'production',
      RELAY_PORT: String(port),
      DATABASE_URL: options.databaseUrl,
      WEIR_SECRET_KEY: options.secretKey,
      WEIR_UPSTREAM_PRIVATE_HOSTS: options.upstreamHost,
    },
    core: 'underTest',
  });
  await until('the relay', async () => (await accepts(port)) && (await isReady(port)));
  return target('relay', started, port);
}

function cpuProfArgs(dir: string, name: string): string[] {
  return ['--cpu-prof', `--cpu-prof-dir=${resolve(dir)}`, `--cpu-prof-name=relay-${name}.cpuprofile`];
}

function target(name: TargetName, started: Started, port: number): Target {
  return { name, pid: started.pid, origin: `http://127.0.0.1:${port}`, stop: () => started.stop() };
}

async function until(what: string, isThere: () => Promise<boolean>): Promise<void> {
  const deadlineMs = performance.now() + READY_WITHIN_MS;
  while (!(await isThere())) {
    if (performance.now() > deadlineMs) throw new BenchError(`It took too long until ${what} was ready.`);
    await delay(50);
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectSocket(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

async function isReady(port: number): Promise<boolean> {
  const response = await fetch(`http://127.0.0.1:${port}/readyz`);
  await response.arrayBuffer();
  return response.ok;
}
