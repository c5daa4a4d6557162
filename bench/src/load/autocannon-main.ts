import autocannon from 'autocannon';
import type { AutocannonLoad } from './autocannon.ts';
import type { LoadResult } from './saturate.ts';

const load = JSON.parse(process.env['LOAD'] ?? '') as AutocannonLoad;

const result = await autocannon({
  url: load.url,
  method: 'POST',
  connections: load.connections,
  duration: load.seconds,
  timeout: 30,
  requests: load.keys.map((key) => ({
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: load.body,
  })),
});
const summary: LoadResult = {
  complete: result['2xx'],
  bytes: result.throughput.total,
  durationMs: result.duration * 1000,
  p50Ms: result.latency.p50,
  p99Ms: result.latency.p99,
  errors: result.non2xx + result.errors + result.timeouts + result.mismatches,
};
process.stdout.write(`SUMMARY ${JSON.stringify(summary)}\n`);
