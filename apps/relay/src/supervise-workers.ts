import cluster from 'node:cluster';
import { OperatorError } from '@weir/core/operator-error';
import { AggregatorRegistry } from 'prom-client';
import type { Config } from './config.ts';
import { serveMetrics } from './metrics/metrics-server.ts';

/**
 * Runs so many relays on one port, each in a process of its own, until it is told to stop. A worker that dies is
 * replaced; one that can't even start ends them all, as the next one could not either.
 * @throws {OperatorError} when a worker could not start; it has said why.
 */
export async function superviseWorkers(
  {
    WEIR_RELAY_WORKERS: count,
    WEIR_METRICS_PORT: port,
    WEIR_METRICS_HOST: host,
    WEIR_HEADERS_TIMEOUT_MS: headersMs,
  }: Config,
  stopRequested: Promise<void>,
): Promise<void> {
  // The workers' figures, added up: each of them has only its own.
  const together = new AggregatorRegistry();
  const metrics =
    port === 0 ? undefined : await serveMetrics(() => together.clusterMetrics(), { port, host, headersMs });
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
  await metrics?.stop();
  if (failed) throw new OperatorError('A relay worker could not start; what it said stands above.');
}
