import { WeirError } from '@weir/core/errors';
import { Cancellation } from '../cancellation.ts';

export interface WatchdogTimeouts {
  readonly firstByteMs: number;
  readonly idleMs: number;
  readonly totalMs: number;
}

/** Of a call's time: a client that was waited for longer is the one that is slow. */
const CLIENT_SHARE_MAX = 0.5;

/** Ends a vendor's try that is too slow, and a call that takes too long or that nobody waits for any more. */
export class Watchdog {
  /** Of the call; says why. */
  readonly cancellation = new Cancellation();
  /** Of the try that is under way, or was the last. */
  #attempt: Cancellation | undefined;
  readonly #timeouts: WatchdogTimeouts;
  readonly #startedAtMs = performance.now();
  #timer: NodeJS.Timeout | undefined;
  /** Since when the vendor has been silent; undefined while it is not being waited for. */
  #silentSinceMs: number | undefined;
  #firstByteAtMs: number | undefined;
  #clientMs = 0;
  /** Since when it is being waited for. */
  #clientAwaitedAtMs: number | undefined;

  constructor(timeouts: WatchdogTimeouts) {
    this.#timeouts = timeouts;
    this.#wait();
  }

  /** How long the client was waited for, in ms. */
  get clientMs(): number {
    const waiting = this.#clientAwaitedAtMs;
    return this.#clientMs + (waiting === undefined ? 0 : performance.now() - waiting);
  }

  /** When the vendor that was called last sent something first, on the clock of `performance.now()`. */
  get firstByteAtMs(): number | undefined {
    return this.#firstByteAtMs;
  }

  /** Why the call, or the latest try of a vendor, was ended. */
  get reason(): WeirError | undefined {
    return this.cancellation.reason ?? this.#attempt?.reason;
  }

  /**
   * A vendor is called: its first byte is waited for from now on.
   * @returns what ends this try: for the vendor's silence, or with the call.
   */
  beginAttempt(): Cancellation {
    const attempt = new Cancellation();
    if (this.cancellation.reason) attempt.cancel(this.cancellation.reason);
    this.#attempt = attempt;
    this.#firstByteAtMs = undefined;
    this.#silentSinceMs = performance.now();
    return attempt;
  }

  /** The vendor sent something. */
  alive(): void {
    this.#silentSinceMs = performance.now();
    this.#firstByteAtMs ??= this.#silentSinceMs;
  }

  /** Until the client has taken what it was sent: while it is the slow one, the vendor is not blamed for being silent. */
  async restUntil(taken: Promise<void>): Promise<void> {
    this.#silentSinceMs = undefined;
    this.#clientAwaitedAtMs = performance.now();
    await taken;
    this.#clientMs = this.clientMs;
    this.#clientAwaitedAtMs = undefined;
    this.alive();
  }

  /** Ends the call. */
  abort(reason: WeirError): void {
    this.cancellation.cancel(reason);
    this.#attempt?.cancel(reason);
  }

  /** Must be called when the call is over: it holds a timer. */
  stop(): void {
    this.cancellation.end();
    this.#attempt?.end();
    clearTimeout(this.#timer);
  }

  /**
   * One timer for all: what happens is only noted, which is done for every piece of every stream. It never waits for longer
   * than the shortest of the timeouts, as one of them may begin meanwhile.
   */
  #wait(): void {
    const { firstByteMs, idleMs, totalMs } = this.#timeouts;
    const leftMs = Math.min(firstByteMs, idleMs, totalMs, this.#totalLeftMs, this.#silenceLeftMs);
    // Timers are good to a millisecond, and may be early by a part of one.
    this.#timer = setTimeout(() => this.#look(), Math.ceil(leftMs));
  }

  #look(): void {
    if (this.#totalLeftMs <= 0) {
      this.abort(this.#outOfTime(this.#timeouts.totalMs));
      return;
    }
    if (this.#silenceLeftMs <= 0) this.#onSilence();
    this.#wait();
  }

  get #totalLeftMs(): number {
    return this.#startedAtMs + this.#timeouts.totalMs - performance.now();
  }

  get #silenceLeftMs(): number {
    if (this.#silentSinceMs === undefined) return Infinity;
    const { firstByteMs, idleMs } = this.#timeouts;
    return (
      this.#silentSinceMs + (this.#firstByteAtMs === undefined ? firstByteMs : idleMs) - performance.now()
    );
  }

  #onSilence(): void {
    this.#silentSinceMs = undefined;
    const { firstByteMs, idleMs } = this.#timeouts;
    const what =
      this.#firstByteAtMs === undefined
        ? `sent nothing for ${firstByteMs / 1000} s`
        : `fell silent for ${idleMs / 1000} s in the middle of its reply`;
    this.#attempt?.cancel(timeout(what));
  }

  /** A vendor that has begun to answer is not to blame for how much it was asked for, nor for who reads it how slowly. */
  #outOfTime(totalMs: number): WeirError {
    const seconds = totalMs / 1000;
    if (this.clientMs > totalMs * CLIENT_SHARE_MAX) {
      return new WeirError(
        'client_too_slow',
        `The reply was not taken within ${seconds} s. Read the stream as it comes.`,
      );
    }
    return this.#firstByteAtMs === undefined
      ? timeout(`did not finish within ${seconds} s`)
      : new WeirError(
          'call_too_long',
          `The reply was not complete within ${seconds} s, which is the most that a call may take. Ask for a shorter one.`,
        );
  }
}

/** @param what follows "The model’s vendor". */
function timeout(what: string): WeirError {
  return new WeirError('upstream_timeout', `The model’s vendor ${what}. Try again, or another model.`);
}
