import cluster from 'node:cluster';
import { OperatorError } from '@weir/core/operator-error';

/**
 * Runs so many relays on one port, each in a process of its own, until it is told to stop. A worker that dies is
 * replaced; one that can't even start ends them all, as the next one could not either.
 * @throws {OperatorError} when a worker could not start; it has said why.
 */
export async function superviseWorkers(count: number, stopRequested: Promise<void>): Promise<void> {
  const started = new Set<number>();
  const { promise: allGone, resolve: onAllGone } = Promise.withResolvers<void>();
  let stopping = false;
  let failed = false;

  const stop = (): void => {
    stopping = true;
    for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill('SIGTERM');
  };
  cluster.on('listening', (worker) => {
    started.add(worker.id);
  });
  cluster.on('exit', (worker) => {
    if (!stopping && started.delete(worker.id)) {
      cluster.fork();
      return;
    }
    if (!stopping) {
      failed = true;
      stop();
    }
    if (Object.keys(cluster.workers ?? {}).length === 0) onAllGone();
  });
  for (let i = 0; i < count; i++) cluster.fork();
  void stopRequested.then(stop);
  await allGone;
  if (failed) throw new OperatorError('A relay worker could not start; what it said stands above.');
}
