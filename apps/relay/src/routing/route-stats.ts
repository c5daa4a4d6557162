import { decayFactor } from './decay.ts';

/** How fast routes have been lately; undefined where too little is known, or too long ago. */
export interface RouteStats {
  /** From when the vendor was called. */
  firstByteMs(routeId: string): number | undefined;
  outputTokensPerSecond(routeId: string): number | undefined;
}

/** A reply that came whole, from when the vendor was called. */
export interface SeenReply {
  readonly firstByteMs: number;
  /** Without the time in which the client was waited for. */
  readonly totalMs: number;
  readonly outputTokens: number;
}

/** Half of what is known is forgotten after this: a route that was slow gets another chance. */
const HALF_LIFE_MS = 5 * 60_000;
/** Less than this share of one call is nothing known. */
const KNOWN_CALLS_MIN = 0.1;

class Seen {
  calls = 0;
  firstByteMs = 0;
  totalMs = 0;
  outputTokens = 0;
  decayedAtMs = 0;

  decayTo(nowMs: number): void {
    const factor = decayFactor(nowMs - this.decayedAtMs, HALF_LIFE_MS);
    this.calls *= factor;
    this.firstByteMs *= factor;
    this.totalMs *= factor;
    this.outputTokens *= factor;
    this.decayedAtMs = nowMs;
  }
}

/** Averages of what this relay has seen, in memory, one for each route there is. */
export class SeenRouteStats implements RouteStats {
  readonly #routes = new Map<string, Seen>();
  readonly #now: () => number;

  /** @param now in ms, on a clock that only goes forward. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  add(routeId: string, reply: SeenReply): void {
    let seen = this.#routes.get(routeId);
    if (!seen) this.#routes.set(routeId, (seen = new Seen()));
    seen.decayTo(this.#now());
    seen.calls += 1;
    seen.firstByteMs += reply.firstByteMs;
    seen.totalMs += reply.totalMs;
    seen.outputTokens += reply.outputTokens;
  }

  firstByteMs(routeId: string): number | undefined {
    const seen = this.#known(routeId);
    return seen && seen.firstByteMs / seen.calls;
  }

  outputTokensPerSecond(routeId: string): number | undefined {
    const seen = this.#known(routeId);
    return seen && seen.totalMs > 0 ? (seen.outputTokens / seen.totalMs) * 1_000 : undefined;
  }

  /** Routes that are no more are forgotten. */
  keepOnly(routeIds: ReadonlySet<string>): void {
    for (const routeId of this.#routes.keys()) {
      if (!routeIds.has(routeId)) this.#routes.delete(routeId);
    }
  }

  #known(routeId: string): Seen | undefined {
    const seen = this.#routes.get(routeId);
    seen?.decayTo(this.#now());
    return seen && seen.calls >= KNOWN_CALLS_MIN ? seen : undefined;
  }
}
