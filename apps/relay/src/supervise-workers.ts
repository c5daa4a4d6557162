import cluster from 'node:cluster';

/**
 * Runs so many relays on one port, each in a process of its own. A worker that dies is replaced; one that can't even
 * start ends them all, as the next one could not either.
 */
export function superviseWorkers(count: number): void {
  const started = new Set<number>();
  let stopping = false;
  let exitCode = 0;

  const stop = (): void => {
    stopping = true;
    for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill('SIGTERM');
  };
  cluster.on('listening', (worker) => {
    started.add(worker.id);
  });
  cluster.on('exit', (worker, code) => {
    if (!stopping && started.delete(worker.id)) {
      cluster.fork();
      return;
    }
    if (!stopping) {
      exitCode = code === 0 ? 1 : code;
      stop();
    }
    if (Object.keys(cluster.workers ?? {}).length === 0) process.exit(exitCode);
  });
  for (const sign of ['SIGINT', 'SIGTERM', 'disconnect']) process.on(sign, stop);
  for (let i = 0; i < count; i++) cluster.fork();
}
