import { setTimeout as delay } from 'node:timers/promises';
import { BenchError } from '../bench-error.ts';
import { loadGenerator, saturate, type LoadResult } from '../load/saturate.ts';
import { startUse } from '../measure.ts';
import { CORES } from '../processes.ts';
import { percent, type CaseReport } from '../report.ts';
import { alternate, compared, medianOf, withTargets, type Rounds } from '../rounds.ts';
import type { BenchDatabase, Stage, Target } from '../stage.ts';
import type { BenchModel } from '../upstream-replies.ts';
import { CONNECTIONS, type CaseOptions } from './case-options.ts';
import { disturbance } from './disturbance.ts';
import { sampleReply } from './sample.ts';

/** V8 goes on compiling for so long, on either side. */
const WARM_UP_SECONDS = 60;
/** What the load generator cut off at the end of its time is settled within this. */
const SETTLES_WITHIN_MS = 250;
/** Below this a process under test was waiting for those on the other core. */
const SATURATED_SHARE = 0.9;

export interface SaturationCase {
  readonly name: string;
  readonly title: string;
  readonly model: BenchModel;
  readonly stream: boolean;
  /** What a reply is called in the figures. */
  readonly noun: 'request' | 'reply';
  readonly cpuBar: { readonly value: number; readonly goal?: number };
  readonly rateBar?: { readonly value: number; readonly goal: number };
}

/** What one round under full load gave. */
export interface SaturationRound extends LoadResult {
  readonly cpuUsPerReply: number;
  readonly repliesPerSecond: number;
  /** Of its core's time, what the process under test used. */
  readonly busyShare: number;
  /** Of its core's time, what others used. */
  readonly othersShare: number;
}

/** As many calls as go through, on connections that are kept. */
export async function runSaturationCase(
  stage: Stage,
  database: BenchDatabase,
  spec: SaturationCase,
  options: CaseOptions,
): Promise<CaseReport> {
  const settledBefore = await countSettled(database);
  const results = await withTargets(stage, database, spec.name, async (targets) => {
    for (const target of Object.values(targets)) {
      await measureSaturation(stage, target, database.keys, spec, WARM_UP_SECONDS);
    }
    return alternate(options.rounds, targets, (target) =>
      measureSaturation(stage, target, database.keys, spec, options.seconds),
    );
  });
  const expected = results.measured.reduce((sum, { complete }) => sum + complete, 0);
  const settled = (await countSettled(database)) - settledBefore;
  if (settled < expected) {
    throw new BenchError(
      `${expected} replies of the relay arrived whole, and it settled ${settled} as complete.`,
    );
  }
  return report(spec, results, options);
}

/** One round, looked through for anything that was not a whole reply with a 2xx status. */
export async function measureSaturation(
  stage: Stage,
  target: Target,
  keys: readonly string[],
  { model, stream }: Pick<SaturationCase, 'model' | 'stream'>,
  seconds: number,
): Promise<SaturationRound> {
  const bodyBytes = await sampleReply(target, keys[0] ?? '', model, stream);
  const sentBefore = (await stage.upstream.counts()).complete;
  const used = startUse(target.pid, CORES.underTest);
  const load = await saturate(stage, {
    origin: target.origin,
    keys,
    model,
    stream,
    connections: CONNECTIONS,
    seconds,
  });
  const { wallNs } = used();
  await delay(SETTLES_WITHIN_MS);
  const { cpuNs, othersNs } = used();
  const sent = (await stage.upstream.counts()).complete - sentBefore;
  requireWhole(target, load, { bodyBytes, sent });
  return {
    ...load,
    cpuUsPerReply: cpuNs / 1000 / load.complete,
    repliesPerSecond: load.complete / (load.durationMs / 1000),
    busyShare: cpuNs / wallNs,
    othersShare: othersNs / wallNs,
  };
}

function requireWhole(
  { name }: Target,
  { complete, bytes, errors }: LoadResult,
  { bodyBytes, sent }: { bodyBytes: number; sent: number },
): void {
  const told = `${complete} whole replies and ${bytes} bytes through the ${name}, ${errors} errors; the upstream sent ${sent} replies of ${bodyBytes} bytes`;
  if (complete === 0 || errors > 0) throw new BenchError(`Not every call was answered: ${told}.`);
  if (sent < complete || bytes < complete * bodyBytes) {
    throw new BenchError(`More arrived than was sent, or less of each: ${told}.`);
  }
}

/** Requests whose stream came to its terminator, or whose JSON reply was whole. */
async function countSettled({ sql }: BenchDatabase): Promise<number> {
  const [row] = await sql<{ settled: number }[]>`
    select count(*)::int as settled from requests where state = 'settled' and outcome = 'ok'`;
  return row?.settled ?? 0;
}

function report(
  spec: SaturationCase,
  results: Rounds<SaturationRound>,
  { rounds, seconds }: CaseOptions,
): CaseReport {
  const busy = medianOf(results, ({ busyShare }) => busyShare);
  const others = medianOf(results, ({ othersShare }) => othersShare);
  return {
    name: spec.name,
    title: spec.title,
    conditions: [
      `${rounds} alternating rounds of ${seconds} s, medians; ${CONNECTIONS} connections, ${loadGenerator()}.`,
      `Of its core the pass-through used ${percent(busy.base)}, the relay ${percent(busy.measured)}; others took ${percent(others.base)} and ${percent(others.measured)} of it meanwhile.`,
      ...disturbance(Object.values(others)),
      ...(busy.base < SATURATED_SHARE
        ? [
            '**The pass-through waited for the load generator or the upstream**: it can do more than stands here.',
          ]
        : []),
      ...(busy.measured < SATURATED_SHARE
        ? ['The relay waited for others on the other core: Postgres, the upstream or the load generator.']
        : []),
    ],
    figures: [
      {
        what: `CPU per ${spec.noun}`,
        unit: 'µs',
        ...compared(results, 'ratio', ({ cpuUsPerReply }) => cpuUsPerReply),
        bar: { is: 'at most', ...spec.cpuBar },
      },
      {
        what: spec.noun === 'request' ? 'requests per second' : 'replies per second',
        unit: '',
        ...compared(results, 'ratio', ({ repliesPerSecond }) => repliesPerSecond),
        ...(spec.rateBar && { bar: { is: 'at least', ...spec.rateBar } }),
      },
      {
        what: 'last byte, p50',
        unit: 'ms',
        ...compared(results, 'difference', ({ p50Ms }) => p50Ms),
      },
      {
        what: 'last byte, p99',
        unit: 'ms',
        ...compared(results, 'difference', ({ p99Ms }) => p99Ms),
      },
    ],
  };
}
