export interface KeepAliveTimes {
  /** Silence before the first sign of life. */
  readonly firstMs: number;
  /** Between further ones, while the silence lasts. */
  readonly everyMs: number;
}

export interface KeepAlive {
  /** Something was sent: the silence begins anew. */
  restart(): void;
  stop(): void;
}

/** Gives a sign of life when a stream has been silent for a while; rests until it is first restarted. */
export function keepAlive({ firstMs, everyMs }: KeepAliveTimes, sendSign: () => void): KeepAlive {
  let timer: NodeJS.Timeout | undefined;
  const wait = (ms: number): void => {
    timer = setTimeout(() => {
      sendSign();
      wait(everyMs);
    }, ms);
  };
  return {
    restart() {
      clearTimeout(timer);
      wait(firstMs);
    },
    stop() {
      clearTimeout(timer);
    },
  };
}
