import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { explainFailure } from '@weir/core/failures';
import { BenchError } from './bench-error.ts';
import { readOptions, USAGE, type Options } from './options.ts';
import { runRelayBench } from './relay-bench.ts';
import { toJson, toMarkdown, type Report } from './report.ts';
import { runRowsBench } from './rows-bench.ts';
import { runSoak } from './soak.ts';
import { openStage, type Stage } from './stage.ts';
import { runVerifyBench } from './verify-bench.ts';

const interrupted = new Promise<never>((_, reject) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => reject(new BenchError(`Ended by ${signal}.`)));
  }
});
interrupted.catch(() => {});

function onProgress(message: string): void {
  process.stderr.write(`${message}\n`);
}

function run(stage: Stage, options: Options): Promise<Report> {
  switch (options.command) {
    case 'relay':
      return runRelayBench(stage, { ...options, onProgress });
    case 'soak':
      return runSoak(stage, { ...options, onProgress });
    case 'rows':
      return runRowsBench(stage, { ...options, onProgress });
    case 'verify':
      return runVerifyBench(stage, { ...options, onProgress });
  }
}

/** @returns whether everything could be measured; whether the bars are met is for the reader to see. */
async function main(): Promise<boolean> {
  const options = readOptions(process.argv.slice(2));
  if (!options) {
    process.stdout.write(USAGE);
    return true;
  }
  await using stage = await openStage(options);
  const work = run(stage, options);
  // What it still says when everything is ended under it is of no interest.
  work.catch(() => {});
  const report = await Promise.race([work, stage.processes.failed, interrupted]);
  const text = options.json ? `${toJson(report)}\n` : toMarkdown(report);
  process.stdout.write(text);
  if (options.out !== undefined) {
    mkdirSync(dirname(options.out), { recursive: true });
    writeFileSync(options.out, text);
  }
  return report.cases.every(({ failure }) => failure === undefined);
}

try {
  process.exit((await main()) ? 0 : 1);
} catch (error) {
  process.stderr.write(`${explainFailure(error)}\n`);
  process.exit(1);
}
