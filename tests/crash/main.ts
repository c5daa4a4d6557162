import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { run, type RunResult } from './run.ts';
import { freePorts, serverProcess } from './server-process.ts';
import { LOAD_MS } from './settings.ts';
import { summarise, tell } from './summary.ts';
import { makeTemplate } from './template.ts';

const HELP = `pnpm test:crash [--runs 20] [--seed N] [--parallel 2]

Each run kills relays, the api or Postgres at random instants under load of ${LOAD_MS / 1000} s, and checks the books afterwards.
Run number i has the seed N + i; a failed run names its own, and keeps its folder.
`;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '20' },
    seed: { type: 'string', default: String(Math.trunc(Math.random() * 1e9)) },
    parallel: { type: 'string', default: '2' },
    help: { type: 'boolean', default: false },
  },
});

/** The runs under way are finished, so that no Postgres is left behind. */
const interrupted = new AbortController();
const say = (text: string): void => void process.stdout.write(`${text}\n`);
// Whoever listened is gone; the runs under way still have to be cleaned up.
process.stdout.on('error', () => interrupted.abort());

async function main(): Promise<void> {
  const [runs, seed, parallel] = [values.runs, values.seed, values.parallel].map(Number) as [
    number,
    number,
    number,
  ];
  const dir = await mkdtemp(join(tmpdir(), 'weir-crash-'));
  await chmod(dir, 0o711);
  const [vendorPort = 0] = await freePorts(1);
  const compileCacheDir = join(dir, 'compile-cache');
  const vendorUrl = `http://127.0.0.1:${vendorPort}`;
  await using vendor = serverProcess({
    file: 'apps/sandbox/src/main.ts',
    env: { SANDBOX_PORT: String(vendorPort), LOG_LEVEL: 'warn' },
    readyUrl: `${vendorUrl}/healthz`,
    logPath: join(dir, 'vendor.log'),
    compileCacheDir,
  });
  await vendor.ready();
  const template = join(dir, 'template');
  await makeTemplate(template, vendorUrl);
  say(`${runs} runs from seed ${seed}, ${parallel} at a time, in ${dir}`);

  const startedAtMs = performance.now();
  const results: RunResult[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let i = next++; i < runs && !interrupted.signal.aborted; i = next++) {
      const runDir = join(dir, `run-${seed + i}`);
      const result = await run({ seed: seed + i, dir: runDir, template, vendorUrl, compileCacheDir });
      results.push(result);
      say(tell(result, results.length, runs));
    }
  };
  await Promise.all(Array.from({ length: parallel }, lane));
  say(summarise(results, (performance.now() - startedAtMs) / 1000));

  const failed = results.filter(({ problems }) => problems.length > 0);
  if (failed.length === 0) await rm(dir, { recursive: true, force: true, maxRetries: 5 });
  else say(`Kept: ${failed.map((result) => join(dir, `run-${result.seed}`)).join(', ')}`);
  if (failed.length > 0 || results.length < runs) process.exitCode = 1;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    say(`${signal}: the runs under way are the last.`);
    interrupted.abort();
  });
}

if (values.help) say(HELP);
else await main();
