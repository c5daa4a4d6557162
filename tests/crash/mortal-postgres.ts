import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startCluster, type Cluster } from '@weir/db/cluster';

/** A real Postgres, with fsync, that can be killed and comes back at the same address. */
export interface MortalPostgres extends AsyncDisposable {
  readonly url: string;
  /** SIGKILL to the postmaster; its processes go with it. Starts it again. */
  kill(): void;
  /** Resolves when it accepts connections. */
  ready(): Promise<void>;
}

const RETRY_MS = 50;
const RETRIES_MAX = 200;

/** @param dataDir has its files, or gets them; open to the user that Postgres runs as. */
export async function mortalPostgres(dataDir: string): Promise<MortalPostgres> {
  let cluster: Cluster = await startCluster(dataDir);
  const port = Number(new URL(cluster.url).port);
  let returning: Promise<void> = Promise.resolve();
  const ending = new AbortController();

  /** What the dead one leaves behind (its processes, its shared memory) may be in the way for a moment. */
  const comeBack = async (): Promise<void> => {
    for (let tries = 1; !ending.signal.aborted; tries++) {
      try {
        cluster = await startCluster(dataDir, { port });
        return;
      } catch (error) {
        if (tries === RETRIES_MAX) throw error;
        await delay(RETRY_MS);
      }
    }
  };

  return {
    url: cluster.url,
    kill() {
      const pid = postmasterPid(dataDir);
      if (pid === undefined) return;
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It is dead already, and the next one has not begun.
      }
      returning = returning.then(async () => {
        while (isAlive(pid)) await delay(5);
        await comeBack();
      });
      returning.catch(() => {});
    },
    ready: () => returning,
    async [Symbol.asyncDispose]() {
      ending.abort();
      await returning.catch(() => {});
      await cluster.stop();
    },
  };
}

function postmasterPid(dataDir: string): number | undefined {
  try {
    return (
      Number(readFileSync(join(dataDir, 'postgres/data/postmaster.pid'), 'utf8').split('\n', 1)[0]) ||
      undefined
    );
  } catch {
    return undefined;
  }
}

/** A process that has ended and was not reaped runs no more. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
