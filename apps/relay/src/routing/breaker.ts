import { decayFactor } from './decay.ts';

/** Half of what is known of past calls is forgotten after this. */
const HALF_LIFE_MS = 30_000;
/** Closed off when so many of the recent calls failed, and they are at least half of them. */
const FAILURES_MIN = 5;
const FAILED_SHARE_MIN = 0.5;
/** How long it then is left alone before one call may try it: doubled each time that this one fails. */
const REST_MS = 5_000;
/** No longer than this: what is well again must be found out. */
const REST_MS_MAX = 2 * 60_000;
/** Where it says itself when to come again: what is well again must be found out. */
export const STATED_REST_MS_MAX = 60 * 60_000;
/**
 * Where others serve the same model, a failed share that is so large already is too much, if it is so many times that of
 * the others, of whom enough has been seen.
 */
const OUTLIER_SHARE_MIN = 0.2;
const OUTLIER_TIMES = 4;
const PEERS_CALLS_MIN = 5;

/** What was seen lately; older calls count for less than one. */
export interface SeenCalls {
  readonly calls: number;
  readonly failures: number;
}

/** What has been seen of a route, a key or a channel, and whether calls may go there. All times in ms, on one clock. */
export class Breaker {
  #calls = 0;
  #failures = 0;
  #countedAtMs = 0;
  /** Until then nobody may try. */
  #restsUntilMs = 0;
  #restMs = REST_MS;
  /** Closed off for its failures: after its rest one call at a time finds out whether it is well again. */
  #suspect = false;
  /** Since when a call is finding out. */
  #probedAtMs: number | undefined;

  get suspect(): boolean {
    return this.#suspect;
  }

  get restsUntilMs(): number {
    return this.#restsUntilMs;
  }

  seen(nowMs: number): SeenCalls {
    this.#decayTo(nowMs);
    return { calls: this.#calls, failures: this.#failures };
  }

  /** A call that finds out, and takes longer than the rest did, keeps the next one from it no longer. */
  admits(nowMs: number): boolean {
    return (
      nowMs >= this.#restsUntilMs &&
      (this.#probedAtMs === undefined || nowMs - this.#probedAtMs >= this.#restMs)
    );
  }

  /** A call is let through. @returns whether it is the one that finds out, which has to be said at its end. */
  enter(nowMs: number): boolean {
    if (this.#suspect) this.#probedAtMs = nowMs;
    return this.#suspect;
  }

  succeed(nowMs: number, probe: boolean): void {
    this.#count(nowMs);
    if (!probe) return;
    this.#suspect = false;
    this.#probedAtMs = undefined;
    this.#restMs = REST_MS;
    this.#calls = 0;
    this.#failures = 0;
  }

  /** @param peers what others came to that could take its calls, if there are any. */
  fail(nowMs: number, probe: boolean, peers?: SeenCalls): void {
    this.#count(nowMs);
    this.#failures += 1;
    if (probe) this.#probedAtMs = undefined;
    if (probe || this.#isFailing(peers)) this.closeOff(nowMs);
  }

  /** A call that had succeeded came to nothing after all. */
  failLate(nowMs: number, peers?: SeenCalls): void {
    this.#decayTo(nowMs);
    this.#failures += 1;
    if (!this.#suspect && this.#isFailing(peers)) this.closeOff(nowMs);
  }

  /** Nothing was learnt. */
  abandon(probe: boolean): void {
    if (probe) this.#probedAtMs = undefined;
  }

  /** At once, whatever was seen before. Calls that were under way when it happened make its rest no longer. */
  closeOff(nowMs: number): void {
    if (nowMs < this.#restsUntilMs && this.#suspect) return;
    if (this.#suspect) this.#restMs = Math.min(this.#restMs * 2, REST_MS_MAX);
    this.#suspect = true;
    this.rest(nowMs, this.#restMs);
  }

  /** It said when to come again; that is no failure. */
  rest(nowMs: number, ms: number): void {
    this.#restsUntilMs = Math.max(this.#restsUntilMs, nowMs + Math.min(ms, STATED_REST_MS_MAX));
  }

  #count(nowMs: number): void {
    this.#decayTo(nowMs);
    this.#calls += 1;
  }

  #decayTo(nowMs: number): void {
    const factor = decayFactor(nowMs - this.#countedAtMs, HALF_LIFE_MS);
    this.#calls *= factor;
    this.#failures *= factor;
    this.#countedAtMs = nowMs;
  }

  #isFailing(peers: SeenCalls | undefined): boolean {
    if (Math.round(this.#failures) < FAILURES_MIN) return false;
    const share = this.#failures / this.#calls;
    if (share >= FAILED_SHARE_MIN) return true;
    if (!peers || Math.round(peers.calls) < PEERS_CALLS_MIN) return false;
    return share >= OUTLIER_SHARE_MIN && share >= (OUTLIER_TIMES * peers.failures) / peers.calls;
  }
}
