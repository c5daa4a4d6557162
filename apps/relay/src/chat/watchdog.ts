import { WeirError } from '@weir/core/errors';

export interface WatchdogTimeouts {
  readonly firstByteMs: number;
  readonly idleMs: number;
  readonly totalMs: number;
}

/** Ends an upstream that is too slow, or that nobody waits for any more. */
export interface Watchdog {
  /** Aborted with a `WeirError` that says why. */
  readonly signal: AbortSignal;
  /** The call goes out: the vendor's first byte is waited for from now on. */
  expectFirstByte(): void;
  /** The vendor sent something. */
  alive(): void;
  /** Nothing is expected of the vendor until it is `alive` again; the total time goes on. */
  rest(): void;
  /** When it did so first, on the clock of `performance.now()`. */
  readonly firstByteAtMs: number | undefined;
  abort(reason: WeirError): void;
  /** Must be called when the call is over: it holds timers. */
  stop(): void;
}

export function watchdog({ firstByteMs, idleMs, totalMs }: WatchdogTimeouts): Watchdog {
  const controller = new AbortController();
  const tooSlow = (what: string): void => {
    controller.abort(
      new WeirError('upstream_timeout', `The model’s vendor ${what}. Try again, or another model.`),
    );
  };
  const total = setTimeout(tooSlow, totalMs, `did not finish within ${totalMs / 1000} s`);
  let silence: NodeJS.Timeout | undefined;
  let firstByteAtMs: number | undefined;
  let waitingForNext = false;
  return {
    signal: controller.signal,
    get firstByteAtMs() {
      return firstByteAtMs;
    },
    expectFirstByte() {
      silence = setTimeout(tooSlow, firstByteMs, `sent nothing for ${firstByteMs / 1000} s`);
    },
    alive() {
      firstByteAtMs ??= performance.now();
      if (waitingForNext) {
        silence?.refresh();
        return;
      }
      clearTimeout(silence);
      silence = setTimeout(tooSlow, idleMs, `fell silent for ${idleMs / 1000} s in the middle of its reply`);
      waitingForNext = true;
    },
    rest() {
      clearTimeout(silence);
      waitingForNext = false;
    },
    abort(reason) {
      controller.abort(reason);
    },
    stop() {
      clearTimeout(total);
      clearTimeout(silence);
    },
  };
}
