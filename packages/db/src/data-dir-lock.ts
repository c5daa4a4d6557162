import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const WAIT_MS = 50;
/** Creating and starting a cluster takes seconds, on a slow disk some ten. */
const GIVE_UP_AFTER_MS = 90_000;

/**
 * Runs while no other process does the same under this lock file, which names its holder. The lock of a process that
 * is gone is nobody's.
 * @throws {Error} when another process does not let go of it.
 */
export async function underFileLock<Result>(path: string, run: () => Promise<Result>): Promise<Result> {
  const deadlineMs = performance.now() + GIVE_UP_AFTER_MS;
  while (!take(path)) {
    if (performance.now() > deadlineMs) {
      throw new Error(`process ${readHolder(path)} holds ${path}; if it is not Weir's, remove the file`);
    }
    await delay(WAIT_MS);
  }
  try {
    return await run();
  } finally {
    rmSync(path, { force: true });
  }
}

function take(path: string): boolean {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const holder = readHolder(path);
  if (holder !== undefined && !isAlive(holder)) rmSync(path, { force: true });
  return false;
}

/** @returns undefined while its holder is still writing its name, or has let go. */
function readHolder(path: string): number | undefined {
  try {
    return Number(readFileSync(path, 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
