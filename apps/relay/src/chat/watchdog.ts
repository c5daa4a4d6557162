import { WeirError } from '@weir/core/errors';
import { Cancellation } from '../cancellation.ts';

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
  #silence: NodeJS.Timeout | undefined;
  #firstByteAtMs: number | undefined;
  #waitingForNext = false;

  constructor(timeouts: WatchdogTimeouts) {
    this.#timeouts = timeouts;
    const { totalMs } = timeouts;
    this.#total = this.#after(totalMs, `did not finish within ${totalMs / 1000} s`);
  }

  /** When the vendor sent something first, on the clock of `performance.now()`. */
  get firstByteAtMs(): number | undefined {
    return this.#firstByteAtMs;
  }

  /** The call goes out: the vendor's first byte is waited for from now on. */
  expectFirstByte(): void {
    const { firstByteMs } = this.#timeouts;
    this.#silence = this.#after(firstByteMs, `sent nothing for ${firstByteMs / 1000} s`);
  }

  /** The vendor sent something. */
  alive(): void {
    this.#firstByteAtMs ??= performance.now();
    if (this.#waitingForNext) {
      this.#silence?.refresh();
      return;
    }
    clearTimeout(this.#silence);
    const { idleMs } = this.#timeouts;
    this.#silence = this.#after(idleMs, `fell silent for ${idleMs / 1000} s in the middle of its reply`);
    this.#waitingForNext = true;
  }

  /** Until the client has taken what it was sent: while it is the slow one, the vendor is not blamed for being silent. */
  async restUntil(taken: Promise<void>): Promise<void> {
    clearTimeout(this.#silence);
    this.#waitingForNext = false;
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
    clearTimeout(this.#silence);
  }

  #after(ms: number, what: string): NodeJS.Timeout {
    return setTimeout(() => {
      this.abort(
        new WeirError('upstream_timeout', `The model’s vendor ${what}. Try again, or another model.`),
      );
    }, ms);
  }
}
