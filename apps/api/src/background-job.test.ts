import { pino } from 'pino';
import { expect, it } from 'vitest';
import { startBackgroundJob } from './background-job.ts';

function newLog() {
  const lines: string[] = [];
  return { lines, log: pino({}, { write: (line: string) => void lines.push(line) }) };
}

it('runs at once, and again after a run that failed', async () => {
  const { lines, log } = newLog();
  const third = Promise.withResolvers<void>();
  let runs = 0;
  const job = startBackgroundJob({
    name: 'flaky',
    everyMs: 1,
    log,
    run: async () => {
      runs += 1;
      if (runs === 1)
        throw new Error('canary', { cause: Object.assign(new Error('inner'), { code: '57P01' }) });
      if (runs === 3) third.resolve();
    },
  });
  await third.promise;
  await job.stop();
  expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
    { job: 'flaky', code: '57P01', error: 'Error < Error' },
  ]);
  expect(lines.join('')).not.toContain('canary');
});

it('stops after the run under way, and without waiting for the pause', async () => {
  const gate = Promise.withResolvers<void>();
  let finished = 0;
  const job = startBackgroundJob({
    name: 'slow',
    everyMs: 3_600_000,
    log: newLog().log,
    run: async () => {
      await gate.promise;
      finished += 1;
    },
  });
  let stopped = false;
  const stopping = job.stop().then(() => (stopped = true));
  await Promise.resolve();
  expect(stopped).toBe(false);
  gate.resolve();
  await stopping;
  expect(finished).toBe(1);

  const idle = startBackgroundJob({
    name: 'idle',
    everyMs: 3_600_000,
    log: newLog().log,
    run: () => Promise.resolve(),
  });
  await idle.stop();
});
