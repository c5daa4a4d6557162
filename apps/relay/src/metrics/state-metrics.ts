import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Gauge, type GaugeConfiguration, type Registry } from 'prom-client';
import type { LiveRouting } from '../routing/live-routing.ts';
import type { RoutingTable } from '../routing/routing-table.ts';
import type { ChannelView, UpstreamHealth } from '../routing/upstream-health.ts';

export interface StateSources {
  readonly routing: LiveRouting;
  readonly health: UpstreamHealth;
  readonly ledger: { readonly waiting: number };
}

const NO_MODELS: RoutingTable = new Map();
const LAG_RESOLUTION_MS = 20;

/** What is so at the moment when it is asked for: nothing is kept for it. @returns what ends the measuring. */
export function addStateMetrics(
  registry: Registry,
  { routing, health, ledger }: StateSources,
): { stop(): void } {
  const gauge = <Label extends string>(configuration: GaugeConfiguration<Label>): void =>
    registry.registerMetric(new Gauge({ ...configuration, registers: [] }));
  const entries = () => [...(routing.current ?? NO_MODELS).values()].flatMap(({ routes }) => routes);
  const ofChannels = (name: string, help: string, read: (channel: ChannelView) => number): void =>
    gauge({
      name,
      help,
      labelNames: ['channel', 'vendor'],
      collect() {
        this.reset();
        for (const { channelId: channel, vendor, keys } of entries()) {
          const view = health.viewChannel(channel, keys);
          this.set({ channel, vendor }, view ? read(view) : 0);
        }
      },
    });

  ofChannels(
    'weir_channel_calls_in_flight',
    'Calls that a channel has under way',
    ({ inFlight }) => inFlight,
  );
  ofChannels('weir_channel_unreachable', 'Whether a channel is closed off as a whole', ({ unreachable }) =>
    Number(unreachable),
  );
  ofChannels(
    'weir_channel_keys_resting',
    'Keys of a channel that were refused, and are left alone for a while',
    ({ restingKeyIds }) => restingKeyIds.length,
  );
  ofChannels(
    'weir_channel_keys_limited',
    'Keys of a channel that some of its models are not called with for a while: limited there, or forbidden',
    ({ limitedKeyIds }) => limitedKeyIds.length,
  );
  gauge({
    name: 'weir_route_resting',
    help: 'Whether calls pass a model on a channel by',
    labelNames: ['channel', 'vendor', 'model'],
    collect() {
      this.reset();
      for (const entry of entries()) {
        const { channelId: channel, vendor, modelId: model } = entry;
        this.set({ channel, vendor, model }, Number(health.isResting(entry)));
      }
    },
  });
  gauge({
    name: 'weir_ledger_queue',
    help: 'Holds and settlements that wait for a transaction',
    collect() {
      this.set(ledger.waiting);
    },
  });
  const lag = monitorEventLoopDelay({ resolution: LAG_RESOLUTION_MS });
  lag.enable();
  gauge({
    name: 'weir_event_loop_lag_seconds',
    help: 'The 99th percentile of how late the event loop was since it was last asked for',
    aggregator: 'max',
    collect() {
      // The monitor counts its own interval.
      this.set(Math.max(0, lag.percentile(99) / 1e9 - LAG_RESOLUTION_MS / 1e3));
      lag.reset();
    },
  });
  return { stop: () => lag.disable() };
}
