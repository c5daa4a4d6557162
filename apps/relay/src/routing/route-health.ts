import type { WeirError } from '@weir/core/errors';

/** An average over the calls of the last minutes forgets half of what it knew after this. */
const HALF_LIFE_MS = 30_000;
/** A route is closed off when so many of its recent calls failed, and they are at least half of them. */
const FAILURES_MIN = 5;
const FAILED_SHARE_MIN = 0.5;
/** How long it then is left alone before one call may try it: doubled each time that this one fails. */
const REST_MS = 5_000;
const REST_MS_MAX = 2 * 60_000;

/** One call's try of a route. Ends once. */
export interface RouteTry {
  succeed(): void;
  /** The vendor failed, or, where the error says after how many seconds to try again, is busy till then. */
  fail(error: WeirError): void;
  /** Nothing was learnt of the vendor: the client left, or the request was at fault. */
  abandon(): void;
}

class RouteState {
  calls = 0;
  failures = 0;
  countedAtMs = 0;
  /** Until then nobody may try. */
  restsUntilMs = 0;
  restMs = REST_MS;
  /** Closed off for its failures: after its rest one call at a time finds out whether it is well again. */
  suspect = false;
  probing = false;

  decayTo(nowMs: number): void {
    const factor = 0.5 ** ((nowMs - this.countedAtMs) / HALF_LIFE_MS);
    this.calls *= factor;
    this.failures *= factor;
    this.countedAtMs = nowMs;
  }
}

function isFailing({ calls, failures }: RouteState): boolean {
  return Math.round(failures) >= FAILURES_MIN && failures >= calls * FAILED_SHARE_MIN;
}

/**
 * What this relay has seen of its routes, in memory: a circuit breaker for each. Calls pass by a route that fails most of
 * them, or whose vendor said it is busy, as long as it rests; then one of them tries it. By route, which is one model
 * on one channel, as vendors limit and lose models one by one.
 */
export class RouteHealth {
  readonly #routes = new Map<string, RouteState>();
  readonly #now: () => number;

  /** @param now in ms, on a clock that only goes forward. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** @returns undefined while the route rests, or another call is finding out whether it is well again. */
  begin(routeId: string): RouteTry | undefined {
    const state = this.#stateOf(routeId);
    if (this.#now() < state.restsUntilMs || state.probing) return undefined;
    const probe = state.suspect;
    if (probe) state.probing = true;
    const end = (): void => {
      if (probe) state.probing = false;
    };
    return {
      succeed: () => {
        end();
        this.#count(state, false);
        if (probe) this.#recover(state);
      },
      fail: (error) => {
        end();
        if (error.retryAfterSeconds !== undefined) {
          this.#rest(state, Math.min(error.retryAfterSeconds * 1_000, REST_MS_MAX));
          return;
        }
        this.#count(state, true);
        if (probe || isFailing(state)) this.#closeOff(state);
      },
      abandon: end,
    };
  }

  /** A reply that had begun broke off. */
  breakOff(routeId: string): void {
    const state = this.#stateOf(routeId);
    state.decayTo(this.#now());
    state.failures += 1;
    if (!state.suspect && isFailing(state)) this.#closeOff(state);
  }

  /** In how many seconds one of these routes may be tried again; at least 1. */
  secondsUntilRested(routeIds: readonly string[]): number {
    const untilMs = Math.min(...routeIds.map((routeId) => this.#stateOf(routeId).restsUntilMs));
    return Math.max(1, Math.ceil((untilMs - this.#now()) / 1_000));
  }

  /** Routes that are no more are forgotten. */
  keepOnly(routeIds: ReadonlySet<string>): void {
    for (const routeId of this.#routes.keys()) {
      if (!routeIds.has(routeId)) this.#routes.delete(routeId);
    }
  }

  #stateOf(routeId: string): RouteState {
    let state = this.#routes.get(routeId);
    if (!state) this.#routes.set(routeId, (state = new RouteState()));
    return state;
  }

  #count(state: RouteState, failed: boolean): void {
    state.decayTo(this.#now());
    state.calls += 1;
    if (failed) state.failures += 1;
  }

  #closeOff(state: RouteState): void {
    if (state.suspect) state.restMs = Math.min(state.restMs * 2, REST_MS_MAX);
    state.suspect = true;
    this.#rest(state, state.restMs);
  }

  #recover(state: RouteState): void {
    state.suspect = false;
    state.restMs = REST_MS;
    state.calls = 0;
    state.failures = 0;
  }

  #rest(state: RouteState, ms: number): void {
    state.restsUntilMs = Math.max(state.restsUntilMs, this.#now() + ms);
  }
}
