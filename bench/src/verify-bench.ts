import { setTimeout as delay } from 'node:timers/promises';
import { verify, type Verification } from '@weir/ledger';
import { BenchError } from './bench-error.ts';
import { describeMachine } from './machine.ts';
import { postgresMemoryBytes, postmasterPid } from './postgres-processes.ts';
import type { CaseReport, Report } from './report.ts';
import { seedRows } from './seed-rows.ts';
import type { BenchDatabase, Stage } from './stage.ts';
import { median } from './statistics.ts';

/** What Postgres still has to write after the seeding disturbs what is measured first. */
const SETTLES_MS = 5_000;
const SAMPLE_EVERY_MS = 100;
const MIB = 1024 * 1024;
/** 50 million requests of a million accounts. */
const REQUESTS_PER_ACCOUNT = 50;

export interface VerifyBenchOptions {
  readonly rows: number;
  readonly rounds: number;
  /** Told what is being done. */
  readonly onProgress: (message: string) => void;
}

interface Round {
  readonly seconds: number;
  /** Beyond what Postgres has when nothing is asked of it. */
  readonly memoryMib: number;
  readonly found: Verification;
}

/** How long the whole ledger takes to be checked, and how much memory. */
export async function runVerifyBench(stage: Stage, options: VerifyBenchOptions): Promise<Report> {
  const { rows, rounds, onProgress } = options;
  const database = await stage.createDatabase('full');
  const machine = await describeMachine(database, stage.pinned);
  onProgress(`making ${rows.toLocaleString('en-US')} requests …`);
  await seedRows(database, { rows, accounts: Math.ceil(rows / REQUESTS_PER_ACCOUNT) });
  await delay(SETTLES_MS);

  const results: Round[] = [];
  while (results.length < rounds) {
    onProgress(`verifying, ${results.length + 1} of ${rounds} …`);
    results.push(await measure(database));
  }
  const sides = ['', 'verify'] as const;
  return { title: 'The checking of a full ledger', machine, sides, cases: [report(results, options)] };
}

async function measure(database: BenchDatabase): Promise<Round> {
  const postmaster = await postmasterPid(database);
  const idle = postgresMemoryBytes(postmaster);
  let peak = idle;
  const sampling = setInterval(() => {
    peak = Math.max(peak, postgresMemoryBytes(postmaster));
  }, SAMPLE_EVERY_MS);
  const beganMs = performance.now();
  const found = await verify(database);
  const seconds = (performance.now() - beganMs) / 1000;
  clearInterval(sampling);
  if (!found.ok) throw new BenchError('The ledger that was made does not add up.');
  return { seconds, memoryMib: (peak - idle) / MIB, found };
}

function report(results: readonly Round[], { rows, rounds }: VerifyBenchOptions): CaseReport {
  const accounts = results[0]?.found.accounts ?? 0;
  const figure = (what: string, unit: string, read: (round: Round) => number) => ({
    what,
    unit,
    measured: median(results.map(read)),
  });
  return {
    name: 'verify',
    title: `Every balance of ${accounts.toLocaleString('en-US')} accounts with ${rows.toLocaleString('en-US')} requests`,
    conditions: [
      `Median of ${rounds}. The memory is that of all processes of Postgres, without what they share, beyond what they have when idle; looked at every ${SAMPLE_EVERY_MS} ms.`,
    ],
    figures: [
      figure('time', 's', ({ seconds }) => seconds),
      figure('memory at most', 'MiB', ({ memoryMib }) => memoryMib),
    ],
  };
}
