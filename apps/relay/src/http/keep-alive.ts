import { SilenceTimer } from '../silence-timer.ts';

export interface KeepAliveTimes {
  /** Silence before the first sign of life. */
  readonly firstMs: number;
  /** Between further ones, while the silence lasts. */
  readonly everyMs: number;
}

/** Gives a sign of life when a stream has been silent for a while. */
export class KeepAlive {
  readonly #times: KeepAliveTimes;
  readonly #silence: SilenceTimer;
  /** Whether the last thing that was sent is a sign of life. */
  #signed = false;

  constructor(times: KeepAliveTimes, sendSign: () => void) {
    this.#times = times;
    this.#silence = new SilenceTimer(() => {
      sendSign();
      this.#signed = true;
      this.#silence.start(times.everyMs);
    });
  }

  /** Something was sent: the silence begins anew. The first time, the watch begins. */
  restart(): void {
    if (this.#signed || !this.#silence.running) {
      this.#signed = false;
      this.#silence.start(this.#times.firstMs);
    } else {
      this.#silence.touch();
    }
  }

  stop(): void {
    this.#silence.stop();
  }
}
