import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { OperatorError } from '@weir/core/operator-error';
import postgres from 'postgres';
import {
  clusterHome,
  clusterOwner,
  createCluster,
  ClusterError,
  postgresBinaries,
  requireFreeSpace,
  requireMajorVersion,
  SUPERUSER,
} from './cluster-home.ts';
import { underFileLock } from './data-dir-lock.ts';
import { runDetached } from './run-detached.ts';

const DATABASE = 'postgres';
const ACCEPTS_WITHIN_MS = 30_000;
/** They end by themselves, once they see that their postmaster has. */
const ORPHANS_GONE_WITHIN_MS = 10_000;
const ORPHANS_LOOK_EVERY_MS = 20;

export interface Cluster {
  readonly url: string;
  isRunning(): Promise<boolean>;
  /** A fast shutdown: open transactions are rolled back, everything committed is kept. */
  stop(): Promise<void>;
  /** Lets go of it: it is stopped when nobody else is connected. */
  release(): Promise<void>;
}

export interface ClusterOptions {
  /** Extra `postgresql.conf` settings, e.g. `{ fsync: 'off' }` for a throwaway cluster. */
  settings?: Readonly<Record<string, string>>;
  initdbFlags?: readonly string[];
  /** Where to listen when it has to be started; a free port otherwise. */
  port?: number;
}

/** No Unix socket: its path may be too long. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
};

/**
 * No statement's text, no parameter and no value of a row in the server's log or statistics: they could name a caller.
 * Given on the command line, they win over what somebody writes into the data directory's own `postgresql.conf`.
 * @see https://www.postgresql.org/docs/18/runtime-config-logging.html#RUNTIME-CONFIG-LOGGING-WHAT
 */
const SILENT = {
  log_statement: 'none',
  log_min_duration_statement: '-1',
  log_min_duration_sample: '-1',
  log_transaction_sample_rate: '0',
  log_min_error_statement: 'panic',
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
  // The detail of a refusal has the row that was refused.
  log_error_verbosity: 'terse',
  debug_print_parse: 'off',
  debug_print_rewritten: 'off',
  debug_print_plan: 'off',
  // Without auto_explain and pg_stat_statements.
  shared_preload_libraries: '',
  session_preload_libraries: '',
};

/**
 * Starts the Postgres that keeps its files in `dataDir/postgres`, creating it first if need be, or finds it running.
 * It listens on a loopback port with a generated password, and runs in a session of its own, so that a signal to our
 * process group does not take the database away from under the processes that are still settling.
 * @throws {ClusterError}
 */
export async function startCluster(dataDir: string, options: ClusterOptions = {}): Promise<Cluster> {
  try {
    await mkdir(dataDir, { recursive: true });
    return await underFileLock(lockOf(dataDir), () => startLocked(dataDir, options));
  } catch (error) {
    if (error instanceof OperatorError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    throw new ClusterError(
      `The data directory ${dataDir} can't be used (${code ?? message}). Set WEIR_DATA_DIR to a folder that you can write to.`,
      { cause: error },
    );
  }
}

function lockOf(dataDir: string): string {
  return join(dataDir, 'postgres.lock');
}

async function startLocked(dataDir: string, options: ClusterOptions): Promise<Cluster> {
  await requireFreeSpace(dataDir);
  const owner = await clusterOwner();
  const home = await clusterHome(dataDir, owner);
  const binaries = await postgresBinaries(home, owner);
  const data = join(home, 'data');
  await createCluster(home, binaries, owner, options.initdbFlags ?? []);
  await requireMajorVersion(data);

  const password = await readFile(join(home, 'password'), 'utf8');
  const pgCtl = (...args: string[]) =>
    runDetached(binaries.pg_ctl, ['-D', data, ...args], { ...owner, cwd: home });
  const running = await portOfRunning(data);
  const port = running ?? options.port ?? (await freePort());
  if (running === undefined) {
    await removeMisleadingPidFile(data);
    const settings = { ...SETTINGS, ...SILENT, ...options.settings, port: String(port) };
    await start(pgCtl, join(home, 'log'), settings);
  }
  const url = `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/${DATABASE}`;
  const isRunning = async () => (await portOfRunning(data)) !== undefined;
  const presence = await connectPresence(url, isRunning);
  if (running === undefined) await silenceErrors(presence);
  const stop = async () => {
    await presence.end({ timeout: 1 });
    if (await isRunning()) await pgCtl('stop', '-m', 'fast', '-w', '-t', '30');
  };
  return {
    url,
    isRunning,
    stop: () => underFileLock(lockOf(dataDir), stop),
    release: () =>
      underFileLock(lockOf(dataDir), async () => {
        const alone = await isAlone(presence);
        await (alone ? stop() : presence.end({ timeout: 1 }));
      }),
  };
}

async function start(
  pgCtl: (...args: string[]) => Promise<void>,
  log: string,
  settings: Readonly<Record<string, string>>,
): Promise<void> {
  const flags = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
  try {
    await pgCtl('start', '-w', '-t', '60', '-l', log, '-o', flags.join(' '));
  } catch (error) {
    const end = readFileSync(log, 'utf8').trim().split('\n').slice(-3).join('\n');
    throw new ClusterError(
      `The embedded Postgres did not start: ${(error as Error).message} The end of ${log}:\n${end}`,
    );
  }
}

/**
 * A connection that is held for as long as we use the cluster, so that nobody who lets go of it stops it under us.
 * @throws {ClusterError} when the server dies before it accepts it.
 */
async function connectPresence(url: string, isRunning: () => Promise<boolean>): Promise<postgres.Sql> {
  const deadlineMs = performance.now() + ACCEPTS_WITHIN_MS;
  for (;;) {
    const presence = postgres(url, {
      max: 1,
      max_lifetime: null,
      onnotice: () => {},
      connection: { application_name: 'weir presence' },
    });
    try {
      await presence`select 1`;
      return presence;
    } catch (error) {
      await presence.end({ timeout: 0 });
      if (!(await isRunning())) {
        throw new ClusterError('The embedded Postgres ended while it was starting. Start again.', {
          cause: error,
        });
      }
      if (performance.now() > deadlineMs) throw error;
      await delay(100);
    }
  }
}

/**
 * Whoever sent a statement is told why it failed, in words that may quote a value; the server's log is not. What the server
 * does by itself, such as vacuuming, goes on to be logged.
 */
async function silenceErrors(presence: postgres.Sql): Promise<void> {
  await presence.unsafe(`alter role ${SUPERUSER} set log_min_messages = 'fatal'`);
}

async function isAlone(presence: postgres.Sql): Promise<boolean> {
  const [row] = await presence<{ others: number }[]>`
    select count(*)::int as others from pg_stat_activity
    where backend_type = 'client backend' and pid <> pg_backend_pid()`;
  return row?.others === 0;
}

/** The port in `postmaster.pid` when its process is a Postgres that is alive. */
async function portOfRunning(data: string): Promise<number | undefined> {
  const path = join(data, 'postmaster.pid');
  if (!existsSync(path)) return undefined;
  const [pid, , , port] = (await readFile(path, 'utf8')).split('\n');
  return commandOf(Number(pid))?.includes('postgres') ? Number(port) : undefined;
}

/**
 * The `postmaster.pid` of a Postgres that is gone is left to the next one, which makes sure that no other process of it
 * lives on. Only where something else has the number by now, as in a restarted container, or its process was not reaped,
 * the file is removed: Postgres would refuse to start beside it.
 */
async function removeMisleadingPidFile(data: string): Promise<void> {
  const path = join(data, 'postmaster.pid');
  if (!existsSync(path)) return;
  const [pid] = (await readFile(path, 'utf8')).split('\n');
  if (commandOf(Number(pid)) === undefined) return;
  await orphansGone(data);
  await rm(path, { force: true });
}

/**
 * Without its file, Postgres can't tell that backends of the one that died are still writing. Each of them has its data
 * directory for its working directory.
 */
async function orphansGone(data: string): Promise<void> {
  const deadlineMs = performance.now() + ORPHANS_GONE_WITHIN_MS;
  while (hasProcessIn(data)) {
    if (performance.now() > deadlineMs) {
      throw new ClusterError(
        `The Postgres of ${data} has died, and some of its processes live on. End them, or wait, and start again.`,
      );
    }
    await delay(ORPHANS_LOOK_EVERY_MS);
  }
}

function hasProcessIn(folder: string): boolean {
  if (!existsSync('/proc/self/cwd')) return false;
  return readdirSync('/proc').some((pid) => {
    try {
      return /^\d+$/.test(pid) && readlinkSync(`/proc/${pid}/cwd`) === folder;
    } catch {
      return false;
    }
  });
}

/** @returns the command line of a process, empty for one that has ended and not been reaped; undefined when there is none. */
function commandOf(pid: number): string | undefined {
  try {
    return existsSync('/proc/self/cmdline')
      ? readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      : execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return undefined;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
