import type { WeirError } from '@weir/core/errors';

/**
 * The end of a call before its time, and why. Like an `AbortSignal`; that one is an event target with a map of
 * listeners, which costs every call some microseconds.
 */
export class Cancellation {
  #reason: WeirError | undefined;
  readonly #listeners: (() => void)[] = [];

  /** Undefined until it is cancelled. */
  get reason(): WeirError | undefined {
    return this.#reason;
  }

  /** The first reason stands. */
  cancel(reason: WeirError): void {
    if (this.#reason) return;
    this.#reason = reason;
    for (const listener of this.#listeners.splice(0)) listener();
  }

  /** Called once, when it is cancelled, which it must not be yet. */
  listen(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /**
   * The call is over, and nobody listens any more. The collector takes what few calls it finds under way for
   * long-lived, and goes on to keep all that they lead to: so nothing may lead from here to the rest of the call.
   */
  end(): void {
    this.#listeners.length = 0;
  }

  unlisten(listener: () => void): void {
    const index = this.#listeners.indexOf(listener);
    if (index >= 0) this.#listeners.splice(index, 1);
  }
}
