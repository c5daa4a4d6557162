import { readdirSync, readFileSync } from 'node:fs';

/** Resident memory of a process, in bytes. */
export interface Memory {
  readonly rssBytes: number;
  /** The most it ever was. */
  readonly peakRssBytes: number;
}

/**
 * The CPU time that all threads of a process have used so far, in ns, as the scheduler counts it.
 * @throws when the process is gone, or the kernel keeps no such count.
 */
export function cpuNsOf(pid: number): number {
  let sumNs = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) sumNs += threadCpuNs(pid, thread);
  return sumNs;
}

/** A thread may end between the listing and the reading; what it used is then missing from both ends of a round. */
function threadCpuNs(pid: number, thread: string): number {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' && thread !== String(pid)) return 0;
    throw error;
  }
}

/** @see proc_pid_status(5), `VmRSS` and `VmHWM` */
export function memoryOf(pid: number): Memory {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const bytesOf = (field: string): number => {
    const kib = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1];
    if (kib === undefined) throw new Error(`/proc/${pid}/status has no ${field}`);
    return Number(kib) * 1024;
  };
  return { rssBytes: bytesOf('VmRSS'), peakRssBytes: bytesOf('VmHWM') };
}

/** How many file descriptors a process has open. */
export function descriptorsOf(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/** What has been used since `startUse`. */
export interface Use {
  /** By the process. */
  readonly cpuNs: number;
  readonly wallNs: number;
  /** By anything else, on the core that the process has for itself. */
  readonly othersNs: number;
}

/**
 * @param core where nothing but this process should run
 * @returns a function that tells what has been used since
 */
export function startUse(pid: number, core: string): () => Use {
  const [cpuNs, coreNs, wallMs] = [cpuNsOf(pid), coreBusyNs(core), performance.now()];
  return () => {
    const use = { cpuNs: cpuNsOf(pid) - cpuNs, wallNs: (performance.now() - wallMs) * 1e6 };
    return { ...use, othersNs: Math.max(0, coreBusyNs(core) - coreNs - use.cpuNs) };
  };
}

const TICK_NS = 10_000_000;

/** How long a core was not idle since the machine started, to 10 ms. @see proc_stat(5) */
function coreBusyNs(core: string): number {
  const line = new RegExp(`^cpu${core} (.*)$`, 'm').exec(readFileSync('/proc/stat', 'utf8'))?.[1];
  if (line === undefined) throw new Error(`/proc/stat has no core ${core}`);
  // The time of guests is part of the user's.
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = line.split(' ').map(Number);
  return (user + nice + system + irq + softirq + steal) * TICK_NS;
}
