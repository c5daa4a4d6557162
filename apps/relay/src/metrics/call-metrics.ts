import { Counter, Histogram, type Registry } from 'prom-client';
import type { RouteEntry } from '../routing/routing-table.ts';

/** In seconds: from a cached answer to a model that thinks for minutes. */
const BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900];

export interface EndedCall {
  /** `ok`, `client_closed`, or an error code. */
  readonly outcome: string;
  /** From the call's arrival. */
  readonly firstByteMs: number | undefined;
  readonly latencyMs: number;
}

/** Of one vendor's model; prom-client's children, which look nothing up. */
interface Meters {
  readonly calls: Map<string, Counter.Internal>;
  readonly firstByte: Histogram.Internal<'vendor' | 'model'>;
  readonly latency: Histogram.Internal<'vendor' | 'model'>;
}

/**
 * Counts calls by vendor, model and outcome: as many series as the routing table has had vendors' models, times the error
 * codes there are. No key, account or channel is a label.
 */
export class CallMetrics {
  readonly #calls: Counter<'vendor' | 'model' | 'outcome'>;
  readonly #firstByte: Histogram<'vendor' | 'model'>;
  readonly #latency: Histogram<'vendor' | 'model'>;
  /** By route. */
  readonly #meters = new Map<string, Meters>();

  constructor(registry: Registry) {
    const registers = [registry];
    this.#calls = new Counter({
      name: 'weir_calls_total',
      help: 'Calls that credit was held for, by how they ended: ok, client_closed, or an error code; without a vendor where none was called',
      labelNames: ['vendor', 'model', 'outcome'],
      registers,
    });
    const histogram = (name: string, help: string) =>
      new Histogram({ name, help, labelNames: ['vendor', 'model'], buckets: BUCKETS, registers });
    this.#firstByte = histogram(
      'weir_first_byte_seconds',
      'From a call’s arrival to its vendor’s first byte',
    );
    this.#latency = histogram('weir_call_seconds', 'From a call’s arrival to the end of its reply');
  }

  add({ routeId, vendor, modelId }: RouteEntry, { outcome, firstByteMs, latencyMs }: EndedCall): void {
    let meters = this.#meters.get(routeId);
    if (!meters) this.#meters.set(routeId, (meters = this.#metersOf(vendor, modelId)));
    let calls = meters.calls.get(outcome);
    if (!calls) meters.calls.set(outcome, (calls = this.#calls.labels(vendor, modelId, outcome)));
    calls.inc();
    meters.latency.observe(latencyMs / 1_000);
    if (firstByteMs !== undefined) meters.firstByte.observe(firstByteMs / 1_000);
  }

  /** A call that ended before any vendor was called. */
  addUncalled(modelId: string, outcome: string): void {
    this.#calls.labels('', modelId, outcome).inc();
  }

  #metersOf(vendor: string, modelId: string): Meters {
    return {
      calls: new Map(),
      firstByte: this.#firstByte.labels(vendor, modelId),
      latency: this.#latency.labels(vendor, modelId),
    };
  }
}
