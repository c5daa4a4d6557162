import { setTimeout as delay } from 'node:timers/promises';
import { verify } from '@weir/ledger';
import { MIXTURE, runMixedLoad } from './load/mixed-load.ts';
import { describeMachine } from './machine.ts';
import { descriptorsOf, memoryOf } from './measure.ts';
import type { CaseReport, Report, Series } from './report.ts';
import type { BenchDatabase, Stage, Target } from './stage.ts';
import { slope } from './statistics.ts';

const SAMPLE_EVERY_MS = 10_000;
/** Enough for the code to be compiled and every pool to be filled, before what counts begins. */
const WARM_UP_SECONDS = 30;
/** Connections to the upstream are kept this long and a little more. */
const QUIET_WITHIN_MS = 45_000;
const PACE = 50;
const MIB = 1024 * 1024;
/** What garbage collection alone makes the samples differ by. */
const GROWTH_MIB_MAX = 8;
const GROWTH_SHARE_MAX = 0.05;
/** Descriptors that may be open for a moment: a timer, a look-up. */
const DESCRIPTORS_SLACK = 2;

interface Sample {
  readonly seconds: number;
  readonly rssMib: number;
  readonly descriptors: number;
}

export interface SoakOptions {
  readonly minutes: number;
  /** Told what is being done. */
  readonly onProgress: (message: string) => void;
}

/** A steady mixed load for many minutes: what the relay takes has to come back, and the money has to add up. */
export async function runSoak(stage: Stage, { minutes, onProgress }: SoakOptions): Promise<Report> {
  const database = await stage.createDatabase('bench');
  const machine = await describeMachine(database, stage.pinned);
  stage.upstream.setPace(PACE);
  const relay = await stage.startRelay(database, 'soak');

  onProgress('warming up …');
  await runMixedLoad(relay.origin, database.keys, WARM_UP_SECONDS);
  const descriptorsBefore = await quietDescriptors(relay, database);

  onProgress(`${minutes} minutes of load …`);
  const samples: Sample[] = [];
  const sampling = sampleEvery(relay, samples);
  const calls = await runMixedLoad(relay.origin, database.keys, minutes * 60);
  clearInterval(sampling);
  const descriptorsAfter = await quietDescriptors(relay, database, descriptorsBefore + DESCRIPTORS_SLACK);

  onProgress('closing the books …');
  await relay.stop();
  const found = { descriptorsBefore, descriptorsAfter, calls, ...(await ledgerFigures(database)) };
  return {
    title: `The relay under ${minutes} minutes of steady load`,
    machine,
    sides: ['before', 'after'],
    cases: [report(samples, found)],
  };
}

function sampleEvery({ pid }: Target, samples: Sample[]): NodeJS.Timeout {
  const beganMs = performance.now();
  const take = (): void => {
    samples.push({
      seconds: Math.round((performance.now() - beganMs) / 1000),
      rssMib: memoryOf(pid).rssBytes / MIB,
      descriptors: descriptorsOf(pid),
    });
  };
  take();
  return setInterval(take, SAMPLE_EVERY_MS);
}

/**
 * Descriptors without those of the database, of which a busy relay opens as many as it is allowed and keeps them.
 * @param enough what to wait for no longer; undefined = wait until connections to the upstream have run out
 */
async function quietDescriptors({ pid }: Target, { sql }: BenchDatabase, enough = 0): Promise<number> {
  const deadlineMs = performance.now() + QUIET_WITHIN_MS;
  for (;;) {
    const [row] = await sql<{ connections: number }[]>`
      select count(*)::int as connections from pg_stat_activity
      where datname = current_database() and application_name <> 'weir bench'`;
    const descriptors = descriptorsOf(pid) - (row?.connections ?? 0);
    if (descriptors <= enough || performance.now() > deadlineMs) return descriptors;
    await delay(1_000);
  }
}

async function ledgerFigures(database: BenchDatabase): Promise<{ holdsOpen: number; isVerified: boolean }> {
  const [row] = await database.sql<{ holds: number }[]>`
    select count(*)::int as holds from requests where state = 'held'`;
  return { holdsOpen: row?.holds ?? 0, isVerified: (await verify(database)).ok };
}

interface Found {
  readonly descriptorsBefore: number;
  readonly descriptorsAfter: number;
  readonly calls: number;
  readonly holdsOpen: number;
  readonly isVerified: boolean;
}

function report(samples: readonly Sample[], found: Found): CaseReport {
  const secondHalf = samples.slice(Math.floor(samples.length / 2));
  const [first, last] = [secondHalf[0], secondHalf.at(-1)];
  const spanSeconds = (last?.seconds ?? 0) - (first?.seconds ?? 0);
  const mibPerSecond = slope(secondHalf.map(({ seconds, rssMib }) => [seconds, rssMib]));
  const growthMibMax = Math.max(GROWTH_MIB_MAX, (first?.rssMib ?? 0) * GROWTH_SHARE_MAX);
  return {
    name: 'soak',
    title: 'What is taken comes back',
    conditions: [
      `${found.calls.toLocaleString('en-US')} calls: each second ${MIXTURE.map(({ perSecond, what }) => `${perSecond} ${what}`).join(', ')}.`,
      `The growth of RSS is that of the straight line through the second half of the samples, over its ${spanSeconds} s; the bar is ${GROWTH_MIB_MAX} MiB or ${GROWTH_SHARE_MAX * 100} %, whichever is more.`,
      'Descriptors are counted when nothing has been asked for long enough that connections to the upstream have run out, and without those of the database.',
      `The ledger’s verification, after the relay has ended: ${found.isVerified ? 'everything adds up' : '**something does not add up**'}.`,
    ],
    figures: [
      {
        what: 'growth of RSS in the second half',
        unit: 'MiB',
        measured: mibPerSecond * spanSeconds,
        bar: { is: 'at most', value: growthMibMax },
      },
      {
        what: 'open descriptors when quiet',
        unit: '',
        base: found.descriptorsBefore,
        measured: found.descriptorsAfter,
        bar: { is: 'at most', value: found.descriptorsBefore + DESCRIPTORS_SLACK },
      },
      { what: 'holds left', unit: '', measured: found.holdsOpen, bar: { is: 'at most', value: 0 } },
      {
        what: 'verifications that failed',
        unit: '',
        measured: found.isVerified ? 0 : 1,
        bar: { is: 'at most', value: 0 },
      },
    ],
    series: seriesOf(samples),
  };
}

function seriesOf(samples: readonly Sample[]): Series {
  return {
    columns: ['s', 'RSS, MiB', 'descriptors'],
    rows: samples.map(({ seconds, rssMib, descriptors }) => [seconds, rssMib, descriptors]),
  };
}
