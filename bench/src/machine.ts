import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import type { Database } from '@weir/db/connect';

/** What figures were taken on: without it they mean nothing to anybody else. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly node: string;
  readonly postgres: string;
  /** Processes that wanted a core in the minute before: what is much above 0 disturbed the measurement. */
  readonly loadAverage: number;
  readonly commit: string;
  /** ISO 8601. */
  readonly date: string;
  readonly pinned: boolean;
}

export async function describeMachine({ sql }: Pick<Database, 'sql'>, pinned: boolean): Promise<Machine> {
  const [server] = await sql<{ version: string; fsync: string }[]>`
    select split_part(version(), ' ', 2) as version, current_setting('fsync') as fsync`;
  return {
    cpu: /^model name\s*:\s*(.+)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? 'unknown',
    cores: cpus().length,
    node: process.version,
    postgres: `${server?.version} (fsync ${server?.fsync})`,
    loadAverage: loadavg()[0] ?? 0,
    commit: commit(),
    date: new Date().toISOString(),
    pinned,
  };
}

function commit(): string {
  const git = (...args: string[]) =>
    execFileSync('git', args, {
      cwd: import.meta.dirname,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  try {
    const changed = git('status', '--porcelain', '--', ':/') !== '';
    return git('rev-parse', '--short', 'HEAD') + (changed ? ' and changes' : '');
  } catch {
    return 'not in a git checkout';
  }
}
