import type { SeenCalls } from './breaker.ts';
import type { SeenError } from './error-log.ts';
import type { ChannelKey, RouteEntry, RoutingTable } from './routing-table.ts';
import { ChannelState, RouteState, UpstreamAttempt } from './upstream-attempt.ts';

/** Why a candidate is passed by: it rests after failures, or its channel has as many calls under way as it may. */
export type PassedBy = 'resting' | 'full';

/** A channel as this relay sees it now. */
export interface ChannelView {
  readonly inFlight: number;
  readonly unreachable: boolean;
  /** Refused, for whatever they are used. */
  readonly restingKeyIds: readonly string[];
  /** Resting on some of its routes: limited there, or forbidden. */
  readonly limitedKeyIds: readonly string[];
  /** The newest first. */
  readonly errors: readonly SeenError[];
}

/**
 * What this relay has seen of vendors, in memory. There is a circuit breaker for each route, which is one model on one
 * channel; for each channel as a whole, which counts only whether it can be reached; for each key that was refused; and
 * for a key on a route, since vendors limit keys model by model. Beside them, how many calls each channel has under way.
 */
export class UpstreamHealth {
  readonly #routes = new Map<string, RouteState>();
  readonly #channels = new Map<string, ChannelState>();
  /** Routes by their model. */
  #routesOf: ReadonlyMap<string, readonly string[]> = new Map();
  readonly #now: () => number;

  /** @param now in ms, on a clock that only goes forward. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /**
   * Lets a call try a route with one of its channel's keys; they take turns.
   * @param triedKeys by this call, on this route.
   */
  begin(entry: RouteEntry, triedKeys?: ReadonlySet<string>): UpstreamAttempt | PassedBy {
    const nowMs = this.#now();
    const route = stateIn(this.#routes, entry.routeId, RouteState);
    const channel = stateIn(this.#channels, entry.channelId, ChannelState);
    if (!route.breaker.admits(nowMs) || !channel.breaker.admits(nowMs)) return 'resting';
    if (entry.inFlightMax !== undefined && channel.inFlight >= entry.inFlightMax) return 'full';
    const { keys } = entry;
    for (let i = 0; i < keys.length; i++) {
      const at = (channel.turn + i) % keys.length;
      const key = keys[at];
      if (!key || triedKeys?.has(key.keyId)) continue;
      if (channel.keys.get(key.keyId)?.admits(nowMs) === false) continue;
      if (route.keys.get(key.keyId)?.admits(nowMs) === false) continue;
      channel.turn = at + 1;
      const peers = () => this.#peersOf(entry);
      return new UpstreamAttempt(entry, key, { route, channel, peers, now: this.#now, nowMs });
    }
    return 'resting';
  }

  /** In how many seconds one of these may be tried again; at least 1. */
  secondsUntilRested(entries: readonly RouteEntry[]): number {
    const untilMs = Math.min(...entries.map((entry) => this.#restsUntilMs(entry)));
    return Math.max(1, Math.ceil((untilMs - this.#now()) / 1_000));
  }

  /** Whether calls pass the route by, or one at a time finds out whether it is well again. */
  isResting(entry: RouteEntry): boolean {
    const suspect = this.#routes.get(entry.routeId)?.breaker.suspect ?? false;
    return suspect || this.#restsUntilMs(entry) > this.#now();
  }

  /** @returns undefined for a channel that no call has been sent to. */
  viewChannel(channelId: string, keys: readonly ChannelKey[]): ChannelView | undefined {
    const channel = this.#channels.get(channelId);
    if (!channel) return undefined;
    const nowMs = this.#now();
    const keyIds = keys.map(({ keyId }) => keyId);
    // Keys are of one channel, so it is on its routes that they rest.
    const isLimited = (keyId: string) =>
      [...this.#routes.values()].some((route) => (route.keys.get(keyId)?.restsUntilMs ?? 0) > nowMs);
    return {
      inFlight: channel.inFlight,
      unreachable: channel.breaker.suspect,
      restingKeyIds: keyIds.filter((keyId) => channel.keys.get(keyId)?.suspect),
      limitedKeyIds: keyIds.filter(isLimited),
      errors: channel.errors.latest,
    };
  }

  /** What is no more is forgotten, except a channel with calls under way. */
  keepOnly(table: RoutingTable): void {
    const entries = [...table.values()].flatMap(({ routes }) => routes);
    this.#routesOf = new Map(
      [...table].map(([modelId, { routes }]) => [modelId, routes.map(({ routeId }) => routeId)]),
    );
    const routeIds = new Set(entries.map(({ routeId }) => routeId));
    const channelIds = new Set(entries.map(({ channelId }) => channelId));
    const keyIds = new Set(entries.flatMap(({ keys }) => keys.map(({ keyId }) => keyId)));
    forgetOthers(this.#routes, routeIds);
    for (const [channelId, channel] of this.#channels) {
      if (channel.inFlight === 0 && !channelIds.has(channelId)) this.#channels.delete(channelId);
      forgetOthers(channel.keys, keyIds);
    }
    for (const { keys } of this.#routes.values()) forgetOthers(keys, keyIds);
  }

  #peersOf({ routeId, modelId }: RouteEntry): SeenCalls | undefined {
    const nowMs = this.#now();
    const seen = (this.#routesOf.get(modelId) ?? [])
      .filter((id) => id !== routeId)
      .flatMap((id) => this.#routes.get(id)?.breaker.seen(nowMs) ?? []);
    return seen.reduce<SeenCalls | undefined>(
      (sum, { calls, failures }) => ({
        calls: (sum?.calls ?? 0) + calls,
        failures: (sum?.failures ?? 0) + failures,
      }),
      undefined,
    );
  }

  /** Of the route, of its channel, and of that key which rests least. */
  #restsUntilMs({ routeId, channelId, keys }: RouteEntry): number {
    const route = this.#routes.get(routeId);
    const channel = this.#channels.get(channelId);
    const ofKeys = keys.map(({ keyId }) =>
      Math.max(channel?.keys.get(keyId)?.restsUntilMs ?? 0, route?.keys.get(keyId)?.restsUntilMs ?? 0),
    );
    return Math.max(
      route?.breaker.restsUntilMs ?? 0,
      channel?.breaker.restsUntilMs ?? 0,
      Math.min(...ofKeys),
    );
  }
}

function stateIn<State>(states: Map<string, State>, id: string, create: new () => State): State {
  let state = states.get(id);
  if (!state) states.set(id, (state = new create()));
  return state;
}

function forgetOthers(states: Map<string, unknown>, ids: ReadonlySet<string>): void {
  for (const id of states.keys()) {
    if (!ids.has(id)) states.delete(id);
  }
}
