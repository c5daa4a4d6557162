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
  let first: NodeJS.Timeout | undefined;
  let further: NodeJS.Timeout | undefined;
  const sendFirst = (): void => {
    sendSign();
    further = setInterval(sendSign, everyMs);
  };
  return {
    restart() {
      clearInterval(further);
      // Restarted with every piece of a stream: to move a timer is cheaper than to make one.
      if (first) first.refresh();
      else first = setTimeout(sendFirst, firstMs);
    },
    stop() {
      clearTimeout(first);
      clearInterval(further);
    },
  };
}
