/**
 * Tells when nothing has happened for a while. What happens is only noted, which is done for every piece of every
 * stream: the timer looks at that when its time comes, and goes on for the rest.
 */
export class SilenceTimer {
  readonly #onSilence: () => void;
  #timer: NodeJS.Timeout | undefined;
  #lastAtMs = 0;
  #ms = 0;

  constructor(onSilence: () => void) {
    this.#onSilence = onSilence;
  }

  get running(): boolean {
    return this.#timer !== undefined;
  }

  /** Silence begins now; it may last this long. */
  start(ms: number): void {
    clearTimeout(this.#timer);
    this.#ms = ms;
    this.touch();
    this.#wait(ms);
  }

  /** Something happened: the silence begins anew. */
  touch(): void {
    this.#lastAtMs = performance.now();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #wait(ms: number): void {
    this.#timer = setTimeout(() => {
      // Timers are good to a millisecond, and may be early by a part of one.
      const leftMs = Math.ceil(this.#lastAtMs + this.#ms - performance.now());
      if (leftMs > 0) {
        this.#wait(leftMs);
        return;
      }
      this.#timer = undefined;
      this.#onSilence();
    }, ms);
  }
}
