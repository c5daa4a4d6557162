import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BenchError } from '../bench-error.ts';
import { callOf } from '../calls.ts';
import type { Stage } from '../stage.ts';
import type { LoadResult, Saturation } from './saturate.ts';

interface WrkSummary {
  readonly requests: number;
  readonly bytes: number;
  readonly durationUs: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly errors: Readonly<Record<'connect' | 'read' | 'write' | 'status' | 'timeout', number>>;
}

/** @see https://github.com/wg/wrk/blob/master/SCRIPTING */
export async function runWrk(stage: Stage, load: Saturation): Promise<LoadResult> {
  const script = join(stage.dir, 'load.lua');
  writeFileSync(script, luaScript(load));
  const output = await stage.processes.run({
    name: 'wrk',
    command: 'wrk',
    args: [
      '-t1',
      `-c${load.connections}`,
      `-d${load.seconds}s`,
      '--timeout',
      '30s',
      '-s',
      script,
      load.origin,
    ],
    core: 'others',
  });
  const json = /^SUMMARY (.*)$/m.exec(output)?.[1];
  if (json === undefined) throw new BenchError(`wrk said nothing of what it saw: ${output}`);
  const summary = JSON.parse(json) as WrkSummary;
  return {
    complete: summary.requests - summary.errors.status,
    bytes: summary.bytes,
    durationMs: summary.durationUs / 1000,
    p50Ms: summary.p50Us / 1000,
    p99Ms: summary.p99Us / 1000,
    errors: Object.values(summary.errors).reduce((one, other) => one + other, 0),
  };
}

/** The requests are put together once and sent in turn, one key after the other. */
function luaScript({ keys, model, stream }: Saturation): string {
  const { path, body } = callOf(model, stream);
  return `
local keys = { ${keys.map((key) => `"${key}"`).join(', ')} }
local body = [==[${body}]==]
local calls = {}
local turn = 0

init = function()
  for i, key in ipairs(keys) do
    calls[i] = wrk.format("POST", "${path}", { ["authorization"] = "Bearer " .. key, ["content-type"] = "application/json" }, body)
  end
end

request = function()
  turn = turn % #calls + 1
  return calls[turn]
end

done = function(summary, latency)
  local e = summary.errors
  io.write(string.format(
    'SUMMARY {"requests":%d,"bytes":%.0f,"durationUs":%d,"p50Us":%d,"p99Us":%d,"errors":{"connect":%d,"read":%d,"write":%d,"status":%d,"timeout":%d}}\\n',
    summary.requests, summary.bytes, summary.duration, latency:percentile(50), latency:percentile(99),
    e.connect, e.read, e.write, e.status, e.timeout))
end
`;
}
