import { readFileSync } from 'node:fs';
import type { Database } from '@weir/db/connect';
import { cpuNsOf } from './measure.ts';

const TICK_NS = 10_000_000;

/** The process that all others of this Postgres are children of. */
export async function postmasterPid({ sql }: Pick<Database, 'sql'>): Promise<number> {
  const [row] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
  const [, parent] = statOf(row?.pid ?? 0);
  return Number(parent);
}

/**
 * The CPU time of all processes of a Postgres so far, in ns: of those that live to the ns, of those that have ended
 * to 10 ms.
 */
export function postgresCpuNs(postmaster: number): number {
  const [, , , , , , , , , , , , , childrenUser, childrenSystem] = statOf(postmaster);
  const ended = (Number(childrenUser) + Number(childrenSystem)) * TICK_NS;
  return ended + sumOf(postmaster, cpuNsOf);
}

/** What all processes of a Postgres have in memory that is not shared with others and stands in no file, in bytes. */
export function postgresMemoryBytes(postmaster: number): number {
  return sumOf(postmaster, (pid) => {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^RssAnon:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
  });
}

/** Over the postmaster and its children; of one that ends between the listing and the reading, nothing. */
function sumOf(postmaster: number, read: (pid: number) => number): number {
  const children = readFileSync(`/proc/${postmaster}/task/${postmaster}/children`, 'utf8').trim().split(' ');
  return [postmaster, ...children.map(Number)].reduce((sum, pid) => {
    try {
      return sum + read(pid);
    } catch (error) {
      if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return sum;
      throw error;
    }
  }, 0);
}

/** The fields from the third on: state, parent, … @see proc_pid_stat(5) */
function statOf(pid: number): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}
