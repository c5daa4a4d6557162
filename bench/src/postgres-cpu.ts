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
  const children = readFileSync(`/proc/${postmaster}/task/${postmaster}/children`, 'utf8').trim().split(' ');
  return [String(postmaster), ...children].reduce((sum, pid) => sum + cpuNsIfThere(Number(pid)), ended);
}

/** A process may end between the listing and the reading; what it used is then among that of those that have ended. */
function cpuNsIfThere(pid: number): number {
  try {
    return cpuNsOf(pid);
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return 0;
    throw error;
  }
}

/** The fields from the third on: state, parent, … @see proc_pid_stat(5) */
function statOf(pid: number): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}
