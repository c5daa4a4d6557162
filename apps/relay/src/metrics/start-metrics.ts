import cluster from 'node:cluster';
import { AggregatorRegistry, type PrometheusContentType } from 'prom-client';
import type { Config } from '../config.ts';
import { CallMetrics } from './call-metrics.ts';
import { serveMetrics } from './metrics-server.ts';
import { addStateMetrics, type StateSources } from './state-metrics.ts';

export interface Metrics {
  readonly calls: CallMetrics;
  /** Where they are read, if anywhere. */
  readonly url: string | undefined;
  stop(): Promise<void>;
}

/** A worker among others answers nobody: it hands its figures to the process that started it. */
export async function startMetrics(
  sources: StateSources,
  { WEIR_METRICS_PORT: port, WEIR_METRICS_HOST: host, WEIR_HEADERS_TIMEOUT_MS: headersMs }: Config,
): Promise<Metrics> {
  const registry = new AggregatorRegistry<PrometheusContentType>();
  const calls = new CallMetrics(registry);
  const state = addStateMetrics(registry, sources);
  if (cluster.isWorker) AggregatorRegistry.setRegistries(registry);
  const answers = !cluster.isWorker && port !== 0;
  const server = answers
    ? await serveMetrics(() => registry.metrics(), { port, host, headersMs })
    : undefined;
  return {
    calls,
    url: server?.url,
    async stop() {
      await server?.stop();
      state.stop();
    },
  };
}
