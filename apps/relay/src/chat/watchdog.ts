import { WeirError } from '@weir/core/errors';
import { Cancellation } from '../cancellation.ts';
import { SilenceTimer } from '../silence-timer.ts';

export interface WatchdogTimeouts {
  readonly firstByteMs: number;
  readonly idleMs: number;
  readonly totalMs: number;
}

/** Ends an upstream that is too slow, or that nobody waits for any more. */
export class Watchdog {
  /** Of the call; says why. */
  readonly cancellation = new Cancellation();
  readonly #timeouts: WatchdogTimeouts;
  readonly #total: NodeJS.Timeout;
  readonly #silence = new SilenceTimer(() => this.#onSilence());
  #firstByteAtMs: number | undefined;

  constructor(timeouts: WatchdogTimeouts) {
    this.#timeouts = timeouts;
    const { totalMs } = timeouts;
    this.#total = setTimeout(() => this.#giveUp(`did not finish within ${totalMs / 1000} s`), totalMs);
  }

  /** When the vendor sent something first, on the clock of `performance.now()`. */
  get firstByteAtMs(): number | undefined {
    return this.#firstByteAtMs;
  }

  /** The call goes out: the vendor's first byte is waited for from now on. */
  expectFirstByte(): void {
    this.#silence.start(this.#timeouts.firstByteMs);
  }

  /** The vendor sent something. */
  alive(): void {
    if (this.#firstByteAtMs !== undefined && this.#silence.running) {
      this.#silence.touch();
      return;
    }
    this.#firstByteAtMs ??= performance.now();
    this.#silence.start(this.#timeouts.idleMs);
  }

  /** Until the client has taken what it was sent: while it is the slow one, the vendor is not blamed for being silent. */
  async restUntil(taken: Promise<void>): Promise<void> {
    this.#silence.stop();
    await taken;
    this.alive();
  }

  abort(reason: WeirError): void {
    this.cancellation.cancel(reason);
  }

  /** Must be called when the call is over: it holds timers. */
  stop(): void {
    this.cancellation.end();
    clearTimeout(this.#total);
    this.#silence.stop();
  }

  #onSilence(): void {
    const { firstByteMs, idleMs } = this.#timeouts;
    if (this.#firstByteAtMs === undefined) this.#giveUp(`sent nothing for ${firstByteMs / 1000} s`);
    else this.#giveUp(`fell silent for ${idleMs / 1000} s in the middle of its reply`);
  }

  #giveUp(what: string): void {
    this.abort(new WeirError('upstream_timeout', `The model’s vendor ${what}. Try again, or another model.`));
  }
}
