import { WeirError } from '@weir/core/errors';

/** What can be ended when the relay has to go. */
interface Abortable {
  abort(reason: WeirError): void;
}

/** The calls that are under way in this process. */
export interface RunningCalls {
  /** True from the moment the relay is told to stop. */
  readonly draining: boolean;
  /** @returns what to call when the call is over. */
  begin(call: Abortable): () => void;
  /** Gives the running calls this long to finish, then ends them, and resolves when all are settled. */
  drain(timeoutMs: number): Promise<void>;
}

/** What a call is told that comes too late, or that is ended. */
export const RESTARTING = new WeirError(
  'service_unavailable',
  'The gateway is being restarted. Send the call again.',
  {
    retryAfterSeconds: 1,
  },
);

export function runningCalls(): RunningCalls {
  const calls = new Set<Abortable>();
  let draining = false;
  let timeIsUp = false;
  let onIdle: (() => void) | undefined;

  const endAll = (): void => {
    timeIsUp = true;
    for (const call of calls) call.abort(RESTARTING);
  };

  return {
    get draining() {
      return draining;
    },
    begin(call) {
      // One that slipped in while the server was closing ends as the others did.
      if (timeIsUp) call.abort(RESTARTING);
      calls.add(call);
      return () => {
        calls.delete(call);
        if (calls.size === 0) onIdle?.();
      };
    },
    async drain(timeoutMs) {
      draining = true;
      const timer = setTimeout(endAll, timeoutMs);
      if (calls.size > 0) {
        const { promise: idle, resolve } = Promise.withResolvers<void>();
        onIdle = resolve;
        await idle;
      }
      clearTimeout(timer);
      endAll();
    },
  };
}
