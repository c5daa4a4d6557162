import type { CaseOptions } from './cases/case-options.ts';
import { BenchError } from './bench-error.ts';
import { runLatencyCase } from './cases/latency-case.ts';
import { runPacedCase, type PacedCase } from './cases/paced-case.ts';
import { runSaturationCase, type SaturationCase } from './cases/saturation-case.ts';
import { describeMachine } from './machine.ts';
import type { CaseReport, Report } from './report.ts';
import type { BenchDatabase, Stage } from './stage.ts';
import { MODELS } from './upstream-replies.ts';

type RunCase = (stage: Stage, database: BenchDatabase, options: CaseOptions) => Promise<CaseReport>;

const JSON_CASE: SaturationCase = {
  name: 'json',
  title: 'Small JSON replies',
  model: MODELS.json,
  stream: false,
  noun: 'request',
  cpuBar: { value: 2.2, goal: 1.5 },
  rateBar: { value: 0.35, goal: 0.5 },
};

const STREAM_CASE: SaturationCase = {
  name: 'stream200',
  title: 'Streamed replies of 200 events, sent at once',
  model: MODELS.stream200,
  stream: true,
  noun: 'reply',
  cpuBar: { value: 2, goal: 1.3 },
};

const CONVERTED_CASE: SaturationCase = {
  name: 'converted200',
  title: 'Streamed replies of 200 events, sent at once, to a client of another dialect',
  model: MODELS.converted200,
  stream: true,
  noun: 'reply',
  cpuBar: { value: 5 },
};

function paced(streams: number): PacedCase {
  return {
    name: `paced${streams}`,
    title: `${streams.toLocaleString('en-US')} streams at once`,
    model: MODELS.paced,
    streams,
    cpuBar: { value: 1.2, goal: 1.05 },
  };
}

const CONVERTED_PACED_CASE: PacedCase = {
  name: 'convertedPaced500',
  title: '500 streams at once, to clients of another dialect',
  model: MODELS.convertedPaced,
  streams: 500,
  cpuBar: { value: 1.6 },
};

/** Every case of `bench relay`, in the order they run. */
export const RELAY_CASES: Readonly<Record<string, RunCase>> = {
  json: (stage, database, options) => runSaturationCase(stage, database, JSON_CASE, options),
  stream200: (stage, database, options) => runSaturationCase(stage, database, STREAM_CASE, options),
  converted200: (stage, database, options) => runSaturationCase(stage, database, CONVERTED_CASE, options),
  paced500: (stage, database, options) => runPacedCase(stage, database, paced(500), options),
  paced1000: (stage, database, options) =>
    runPacedCase(stage, database, { ...paced(1_000), rssRatioBar: 1.3 }, options),
  convertedPaced500: (stage, database, options) =>
    runPacedCase(stage, database, CONVERTED_PACED_CASE, options),
  latency: runLatencyCase,
};

export interface RelayBenchOptions extends CaseOptions {
  readonly only: readonly string[];
  /** Told what is being done. */
  readonly onProgress: (message: string) => void;
}

/** The relay with everything on, beside a bare pass-through, case by case and each with processes of its own. */
export async function runRelayBench(stage: Stage, options: RelayBenchOptions): Promise<Report> {
  const database = await stage.createDatabase('bench');
  const machine = await describeMachine(database, stage.pinned);
  // The first start fills its compile cache, and takes more memory than any later one.
  await (await stage.startRelay(database, 'first-start')).stop();
  const cases: CaseReport[] = [];
  for (const name of options.only) {
    options.onProgress(`${name} …`);
    const run = RELAY_CASES[name];
    if (run) cases.push(await orFailure(name, run(stage, database, options)));
  }
  return { title: 'The relay beside a bare pass-through', machine, sides: ['pass-through', 'relay'], cases };
}

/** What one case could not show does not take away what the others did. */
async function orFailure(name: string, running: Promise<CaseReport>): Promise<CaseReport> {
  try {
    return await running;
  } catch (error) {
    if (!(error instanceof BenchError)) throw error;
    return { name, title: 'Not measured', failure: error.message, conditions: [], figures: [] };
  }
}
