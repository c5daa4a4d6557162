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
  /** Takes no new calls, gives the running ones this long to finish, then ends them, and resolves when all are settled. */
  drain(timeoutMs: number): Promise<void>;
}

export function runningCalls(): RunningCalls {
  const calls = new Set<Abortable>();
  let draining = false;
  let onIdle: (() => void) | undefined;

  return {
    get draining() {
      return draining;
    },
    begin(call) {
      calls.add(call);
      return () => {
        calls.delete(call);
        if (calls.size === 0) onIdle?.();
      };
    },
    async drain(timeoutMs) {
      draining = true;
      if (calls.size === 0) return;
      const { promise: idle, resolve } = Promise.withResolvers<void>();
      onIdle = resolve;
      const timer = setTimeout(() => {
        const reason = new WeirError(
          'service_unavailable',
          'The gateway is being restarted. Send the call again.',
        );
        for (const call of calls) call.abort(reason);
      }, timeoutMs);
      await idle;
      clearTimeout(timer);
    },
  };
}
