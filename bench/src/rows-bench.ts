import { setTimeout as delay } from 'node:timers/promises';
import type { CaseOptions } from './cases/case-options.ts';
import { disturbance } from './cases/disturbance.ts';
import { measureSaturation, type SaturationRound } from './cases/saturation-case.ts';
import { describeMachine } from './machine.ts';
import { postgresCpuNs, postmasterPid } from './postgres-processes.ts';
import { percent, type CaseReport, type Report } from './report.ts';
import { alternate, compared, medianOf, type Rounds } from './rounds.ts';
import { seedRows } from './seed-rows.ts';
import type { BenchDatabase, Stage, Target } from './stage.ts';
import { MODELS } from './upstream-replies.ts';

const CALL = { model: MODELS.json, stream: false } as const;
const WARM_UP_SECONDS = 6;
/** What Postgres still has to write after the seeding disturbs what is measured first. */
const SETTLES_MS = 5_000;
const WITHIN = 0.1;

export interface RowsBenchOptions extends CaseOptions {
  /** Of `requests`, in the database that is full. */
  readonly rows: number;
  /** Told what is being done. */
  readonly onProgress: (message: string) => void;
}

interface RowsRound extends SaturationRound {
  /** Of all processes of Postgres. */
  readonly postgresUsPerReply: number;
}

/** The same load on two relays: one has an empty database, the other a full one on the same Postgres. */
export async function runRowsBench(stage: Stage, options: RowsBenchOptions): Promise<Report> {
  const { rounds, seconds, rows, onProgress } = options;
  const [empty, full] = [await stage.createDatabase('empty'), await stage.createDatabase('full')];
  const machine = await describeMachine(empty, stage.pinned);
  onProgress(`making ${rows.toLocaleString('en-US')} requests …`);
  await seedRows(full, { rows, accounts: accountsOf(rows) });
  await delay(SETTLES_MS);

  const targets = {
    base: await stage.startRelay(empty, 'rows-empty'),
    measured: await stage.startRelay(full, 'rows-full'),
  };
  const postmaster = await postmasterPid(empty);
  const measure = async (
    target: Target,
    keys: BenchDatabase['keys'],
    seconds: number,
  ): Promise<RowsRound> => {
    const postgresNs = postgresCpuNs(postmaster);
    const round = await measureSaturation(stage, target, keys, CALL, seconds);
    const usedNs = postgresCpuNs(postmaster) - postgresNs;
    return { ...round, postgresUsPerReply: usedNs / 1000 / round.complete };
  };
  const keysOf = (target: Target) => (target === targets.base ? empty.keys : full.keys);
  onProgress('measuring …');
  for (const target of Object.values(targets)) await measure(target, keysOf(target), WARM_UP_SECONDS);
  const results = await alternate(rounds, targets, (target) => measure(target, keysOf(target), seconds));
  for (const target of Object.values(targets)) await target.stop();
  return {
    title: 'The relay on an empty and on a full database',
    machine,
    sides: ['empty', 'full'],
    cases: [report(results, options)],
  };
}

/** A hundred requests of each. */
function accountsOf(rows: number): number {
  return Math.ceil(rows / 100);
}

function report(results: Rounds<RowsRound>, options: RowsBenchOptions): CaseReport {
  const { rounds, seconds, rows } = options;
  const busy = medianOf(results, ({ busyShare }) => busyShare);
  const others = medianOf(results, ({ othersShare }) => othersShare);
  const dearer = { is: 'at most', value: 1 + WITHIN } as const;
  return {
    name: 'rows',
    title: `Small JSON replies beside ${rows.toLocaleString('en-US')} requests of ${accountsOf(rows).toLocaleString('en-US')} accounts`,
    conditions: [
      `${rounds} alternating rounds of ${seconds} s, medians. Both databases are on the same Postgres; its CPU time is that of all its processes.`,
      `Of its core the relay used ${percent(busy.base)} on the empty database, ${percent(busy.measured)} on the full one; others took ${percent(others.base)} and ${percent(others.measured)} of it meanwhile.`,
      ...disturbance(Object.values(others)),
    ],
    figures: [
      {
        what: 'CPU of the relay per request',
        unit: 'µs',
        ...compared(results, 'ratio', ({ cpuUsPerReply }) => cpuUsPerReply),
        bar: dearer,
      },
      {
        what: 'CPU of Postgres per request',
        unit: 'µs',
        ...compared(results, 'ratio', ({ postgresUsPerReply }) => postgresUsPerReply),
        bar: dearer,
      },
      {
        what: 'requests per second',
        unit: '',
        ...compared(results, 'ratio', ({ repliesPerSecond }) => repliesPerSecond),
        bar: { is: 'at least', value: 1 - WITHIN },
      },
    ],
  };
}
