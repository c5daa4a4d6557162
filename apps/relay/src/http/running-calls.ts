import { WeirError } from '@weir/core/errors';

/** What can be ended when the relay has to go. */
interface Abortable {
  abort(reason: WeirError): void;
}

/** One call that is under way. */
export interface RunningCall {
  /** Whose it is, as soon as that is known. */
  keyId: string | undefined;
  /** The call is over. */
  end(): void;
}

/** The calls that are under way in this process. */
export interface RunningCalls {
  /** True from the moment the relay is told to stop. */
  readonly draining: boolean;
  begin(call: Abortable): RunningCall;
  /** The keys that calls are under way with. */
  keyIds(): string[];
  /** Ends the calls of a key. Looks at each call: that is rare, where an index would cost every call. */
  cut(keyId: string): void;
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

/** What a call is told whose key was revoked together with its calls. */
const CUT = new WeirError(
  'api_key_revoked',
  'This API key was revoked, and the calls that were under way with it were ended.',
);

class Running implements RunningCall {
  keyId: string | undefined;
  /** Undefined once it is over: the tables that a set has outgrown keep their entries until the next full collection. */
  call: Abortable | undefined;
  readonly #onEnd: (running: Running) => void;

  constructor(call: Abortable, onEnd: (running: Running) => void) {
    this.call = call;
    this.#onEnd = onEnd;
  }

  end(): void {
    this.#onEnd(this);
    this.call = undefined;
  }
}

export function runningCalls(): RunningCalls {
  const calls = new Set<Running>();
  let draining = false;
  let timeIsUp = false;
  let onIdle: (() => void) | undefined;

  const endAll = (): void => {
    timeIsUp = true;
    for (const { call } of calls) call?.abort(RESTARTING);
  };

  const over = (running: Running): void => {
    calls.delete(running);
    if (calls.size === 0) onIdle?.();
  };

  return {
    get draining() {
      return draining;
    },
    begin(call) {
      // One that slipped in while the server was closing ends as the others did.
      if (timeIsUp) call.abort(RESTARTING);
      const running = new Running(call, over);
      calls.add(running);
      return running;
    },
    keyIds: () => [...new Set(Array.from(calls, ({ keyId }) => keyId ?? []).flat())],
    cut(keyId) {
      for (const running of calls) if (running.keyId === keyId) running.call?.abort(CUT);
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
