import { setTimeout } from 'node:timers/promises';
import type { Logger } from 'pino';
import { describeFailure } from '@weir/core/failures';

export interface BackgroundJob {
  /** Lets the run under way finish, and starts no other. */
  stop(): Promise<void>;
}

export interface BackgroundJobOptions {
  name: string;
  /** The pause between two runs. */
  everyMs: number;
  log: Logger;
  run: () => Promise<void>;
}

/** Runs at once and then again and again, one run at a time. A run that fails is logged, and the next one comes. */
export function startBackgroundJob({ name, everyMs, log, run }: BackgroundJobOptions): BackgroundJob {
  const stopping = new AbortController();
  const runs = async () => {
    while (!stopping.signal.aborted) {
      try {
        await run();
      } catch (error) {
        log.error({ job: name, ...describeFailure(error) }, 'A background job failed; it will run again.');
      }
      await setTimeout(everyMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  };
  const finished = runs();
  return {
    stop() {
      stopping.abort();
      return finished;
    },
  };
}
