import { fileURLToPath } from 'node:url';
import { BenchError } from '../bench-error.ts';
import { callOf } from '../calls.ts';
import type { Stage } from '../stage.ts';
import type { LoadResult, Saturation } from './saturate.ts';

/** In a process of its own, as wrk is. Its latencies are whole milliseconds. */
export async function runAutocannon(stage: Stage, load: Saturation): Promise<LoadResult> {
  const { path, body } = callOf(load.model, load.stream);
  const output = await stage.processes.run({
    name: 'autocannon',
    command: process.execPath,
    args: [fileURLToPath(import.meta.resolve('./autocannon-main.ts'))],
    env: {
      LOAD: JSON.stringify({
        url: load.origin + path,
        keys: load.keys,
        body,
        connections: load.connections,
        seconds: load.seconds,
      } satisfies AutocannonLoad),
    },
    core: 'others',
  });
  const json = /^SUMMARY (.*)$/m.exec(output)?.[1];
  if (json === undefined) throw new BenchError(`autocannon said nothing of what it saw: ${output}`);
  return JSON.parse(json) as LoadResult;
}

/** What the process is told. */
export interface AutocannonLoad {
  readonly url: string;
  readonly keys: readonly string[];
  readonly body: string;
  readonly connections: number;
  readonly seconds: number;
}
