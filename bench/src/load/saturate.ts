import { isOnPath } from '../processes.ts';
import type { Stage } from '../stage.ts';
import type { BenchModel } from '../upstream-replies.ts';
import { runAutocannon } from './autocannon.ts';
import { runWrk } from './wrk.ts';

/** As many calls as go through: each connection sends the next one when it has the whole reply to the last. */
export interface Saturation {
  readonly origin: string;
  readonly keys: readonly string[];
  readonly model: BenchModel;
  readonly stream: boolean;
  readonly connections: number;
  readonly seconds: number;
}

/** What a load generator saw. */
export interface LoadResult {
  /** Replies with a 2xx status that arrived whole. */
  readonly complete: number;
  /** All bytes that arrived, of replies cut off at the end of the time too. */
  readonly bytes: number;
  readonly durationMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Anything that was not a whole reply with a 2xx status. */
  readonly errors: number;
}

/** wrk where it is installed, as it takes the least of the core that it shares. */
export function loadGenerator(): 'wrk' | 'autocannon' {
  return isOnPath('wrk') ? 'wrk' : 'autocannon';
}

export function saturate(stage: Stage, load: Saturation): Promise<LoadResult> {
  return loadGenerator() === 'wrk' ? runWrk(stage, load) : runAutocannon(stage, load);
}
