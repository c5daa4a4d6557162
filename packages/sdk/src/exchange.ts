import { WeirError } from './weir-error.ts';

/**
 * One call's life: it ends by its caller's signal, by a silence longer than the time-out, or by `abort`. Whoever makes
 * one calls `dispose` in the end, which removes the listener from the caller's signal and stops the clock.
 */
export class Exchange {
  readonly #controller = new AbortController();
  readonly #callerSignal: AbortSignal | undefined;
  readonly #timeoutMs: number;
  readonly #onCallerAbort = () => this.#controller.abort(this.#callerSignal?.reason);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #timedOut = false;

  constructor(callerSignal: AbortSignal | undefined, timeoutMs: number) {
    this.#callerSignal = callerSignal;
    this.#timeoutMs = timeoutMs;
    if (callerSignal?.aborted) this.#onCallerAbort();
    callerSignal?.addEventListener('abort', this.#onCallerAbort);
  }

  /** For `fetch`. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Starts the clock, anew if it runs: something was asked of the gateway, or came. */
  expectProgress(withinMs: number = this.#timeoutMs): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timedOut = true;
      this.#controller.abort();
    }, withinMs);
  }

  /** Stops the clock while nothing is asked of the gateway. */
  pause(): void {
    clearTimeout(this.#timer);
  }

  abort(): void {
    this.#controller.abort();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#callerSignal?.removeEventListener('abort', this.#onCallerAbort);
  }

  /** What a failure of `fetch` or of a read means: who ended the exchange, or a broken connection. */
  explain(thrown: unknown, requestId?: string): WeirError {
    if (thrown instanceof WeirError) return thrown;
    if (this.#timedOut) {
      const message = `The gateway was silent for ${this.#timeoutMs} ms.`;
      return new WeirError('timed_out', message, { requestId, cause: thrown });
    }
    if (this.#controller.signal.aborted) {
      const cause: unknown = this.#callerSignal?.reason ?? thrown;
      return new WeirError('aborted', 'The call was aborted by its caller.', { requestId, cause });
    }
    return new WeirError('connection_failed', 'The connection to the gateway failed.', {
      requestId,
      cause: thrown,
    });
  }
}
