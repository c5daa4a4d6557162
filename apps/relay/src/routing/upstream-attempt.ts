import type { WeirError } from '@weir/core/errors';
import { blameFor, type Blame } from './blame.ts';
import { Breaker, type SeenCalls } from './breaker.ts';
import { ErrorLog } from './error-log.ts';
import type { ChannelKey, RouteEntry } from './routing-table.ts';

export class RouteState {
  readonly breaker = new Breaker();
  /** Keys that were limited or refused on this route alone. */
  readonly keys = new Map<string, Breaker>();
}

export class ChannelState {
  /** Of whether it can be reached at all. */
  readonly breaker = new Breaker();
  readonly errors = new ErrorLog();
  /** Keys that were refused, whatever they were used for. */
  readonly keys = new Map<string, Breaker>();
  inFlight = 0;
  /** Where the search for a key begins: they take turns. */
  turn = 0;
}

export interface AttemptContext {
  readonly route: RouteState;
  readonly channel: ChannelState;
  /** What the other routes of the same model came to; undefined where there are none. */
  readonly peers: () => SeenCalls | undefined;
  readonly now: () => number;
  /** At which it was asked whether the call may try. */
  readonly nowMs: number;
}

/**
 * One call's try of a route with one key. It takes one of the channel's places until `end`, which comes once and
 * always: with how the call came out, or without an error where nothing speaks against the vendor.
 */
export class UpstreamAttempt {
  readonly key: ChannelKey;
  readonly startedAtMs: number;
  readonly #entry: RouteEntry;
  readonly #route: RouteState;
  readonly #channel: ChannelState;
  readonly #keyBreaker: Breaker | undefined;
  readonly #keyOnRoute: Breaker | undefined;
  readonly #peers: () => SeenCalls | undefined;
  readonly #now: () => number;
  /** Which breakers wait for this call to find out whether they may open again. */
  readonly #probesRoute: boolean;
  readonly #probesChannel: boolean;
  readonly #probesKey: boolean;
  readonly #probesKeyOnRoute: boolean;
  #state: 'sent' | 'accepted' | 'ended' = 'sent';

  constructor(entry: RouteEntry, key: ChannelKey, { route, channel, peers, now, nowMs }: AttemptContext) {
    this.key = key;
    this.startedAtMs = nowMs;
    this.#entry = entry;
    this.#route = route;
    this.#channel = channel;
    this.#peers = peers;
    this.#now = now;
    this.#keyBreaker = channel.keys.get(key.keyId);
    this.#keyOnRoute = route.keys.get(key.keyId);
    this.#probesRoute = route.breaker.enter(nowMs);
    this.#probesChannel = channel.breaker.enter(nowMs);
    this.#probesKey = this.#keyBreaker?.enter(nowMs) ?? false;
    this.#probesKeyOnRoute = this.#keyOnRoute?.enter(nowMs) ?? false;
    channel.inFlight += 1;
  }

  /** The vendor serves the call: something of its reply has gone to the client, or all of it is there. */
  accept(): void {
    if (this.#state !== 'sent') return;
    const nowMs = this.#now();
    this.#state = 'accepted';
    this.#route.breaker.succeed(nowMs, this.#probesRoute);
    this.#channel.breaker.succeed(nowMs, this.#probesChannel);
    this.#keyBreaker?.succeed(nowMs, this.#probesKey);
    this.#keyOnRoute?.succeed(nowMs, this.#probesKeyOnRoute);
  }

  /** @param status the vendor's, if it answered. */
  end(error?: WeirError, status?: number): void {
    if (this.#state === 'ended') return;
    const accepted = this.#state === 'accepted';
    this.#state = 'ended';
    this.#channel.inFlight -= 1;
    const nowMs = this.#now();
    const blame = error ? blameFor(error.code, status) : 'nothing';
    if (error && blame !== 'nothing') this.#log(error, status);
    if (!accepted) this.#conclude(error, blame, nowMs);
    else if (blame !== 'nothing') this.#concludeLate(error, blame, nowMs);
  }

  /** It had succeeded, and came to nothing after all: for the vendor's limits, or for a failure. */
  #concludeLate(error: WeirError | undefined, blame: Blame, nowMs: number): void {
    const busyMs = busyMsOf(error);
    if (busyMs === undefined) this.#route.breaker.failLate(nowMs, this.#peers());
    else if (blame === 'key' || blame === 'key_on_route') this.#keyBlamed(blame).rest(nowMs, busyMs);
    else this.#route.breaker.rest(nowMs, busyMs);
  }

  #conclude(error: WeirError | undefined, blame: Blame, nowMs: number): void {
    // A vendor that answers can be reached.
    if (blame === 'channel') this.#channel.breaker.fail(nowMs, this.#probesChannel);
    else if (blame === 'nothing') this.#channel.breaker.abandon(this.#probesChannel);
    else this.#channel.breaker.succeed(nowMs, this.#probesChannel);

    const busyMs = busyMsOf(error);
    if (blame === 'key' || blame === 'key_on_route') {
      const breaker = this.#keyBlamed(blame);
      if (busyMs === undefined) breaker.closeOff(nowMs);
      else breaker.rest(nowMs, busyMs);
    }
    this.#keyBreaker?.abandon(this.#probesKey);
    this.#keyOnRoute?.abandon(this.#probesKeyOnRoute);

    const route = this.#route.breaker;
    if (blame !== 'route' && blame !== 'channel') route.abandon(this.#probesRoute);
    else if (busyMs === undefined) route.fail(nowMs, this.#probesRoute, this.#peers());
    else {
      route.abandon(this.#probesRoute);
      route.rest(nowMs, busyMs);
    }
  }

  #keyBlamed(blame: 'key' | 'key_on_route'): Breaker {
    const { keyId } = this.key;
    const of = blame === 'key' ? this.#channel.keys : this.#route.keys;
    const breaker = of.get(keyId) ?? new Breaker();
    of.set(keyId, breaker);
    return breaker;
  }

  #log({ code }: WeirError, status: number | undefined): void {
    const { modelId } = this.#entry;
    this.#channel.errors.add({ code, ...(status !== undefined && { status }), modelId, at: new Date() });
  }
}

/** How long the vendor said to leave it alone, if it did. */
function busyMsOf(error: WeirError | undefined): number | undefined {
  const seconds = error?.retryAfterSeconds;
  return seconds === undefined ? undefined : seconds * 1_000;
}
