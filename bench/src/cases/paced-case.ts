import { setTimeout as delay } from 'node:timers/promises';
import { BenchError } from '../bench-error.ts';
import { openPacedStreams, type PacedStreams } from '../load/paced-streams.ts';
import { memoryOf, startUse, type Memory } from '../measure.ts';
import { CORES } from '../processes.ts';
import { digits, percent, type CaseReport } from '../report.ts';
import { alternate, compared, medianOf, withTargets, type Rounds, type Targets } from '../rounds.ts';
import type { BenchDatabase, Stage, Target } from '../stage.ts';
import { median } from '../statistics.ts';
import type { BenchModel } from '../upstream-replies.ts';
import type { CaseOptions } from './case-options.ts';
import { disturbance } from './disturbance.ts';

/** Events per second of one stream, from the one that is wanted down to where nobody is left behind. */
const PACES = [50, 40, 30, 25, 20, 15, 10, 5, 2];
/** Above these, events queue up and come together, and their cost says nothing of one that comes alone. */
const BUSY_SHARE_MAX = 0.8;
const GENERATOR_SHARE_MAX = 0.8;
/** Below this share of the pace, the upstream is the one that can't keep it. */
const SENT_SHARE_MIN = 0.97;
/** Above this, what is read at a time is often more than one event. */
const EVENTS_PER_READ_MAX = 1.1;
const SETTLES_MS = 1_500;
const PROBE_SECONDS = 2;
const MIB = 1024 * 1024;

interface PacedWindow {
  readonly cpuUsPerEvent: number;
  /** Of its core's time, what the process under test used. */
  readonly busyShare: number;
  /** Of its core's time, what others used. */
  readonly othersShare: number;
  readonly eventsPerRead: number;
  /** Of what the pace asked for, what the upstream sent. */
  readonly sentShare: number;
  /** Of its time, what the load generator used. */
  readonly generatorShare: number;
}

interface PacedRound extends PacedWindow {
  readonly rssBytes: number;
}

export interface PacedCase {
  readonly name: string;
  readonly title: string;
  readonly model: BenchModel;
  readonly streams: number;
  readonly cpuBar: { readonly value: number; readonly goal?: number };
  readonly rssRatioBar?: number;
}

/** So many streams open at once, each with events one by one. */
export async function runPacedCase(
  stage: Stage,
  database: BenchDatabase,
  spec: PacedCase,
  { rounds, seconds }: CaseOptions,
): Promise<CaseReport> {
  const { name, title, model, streams, cpuBar, rssRatioBar } = spec;
  const { pace, idle, results, peak } = await withTargets(stage, database, name, async (targets) => {
    await delay(SETTLES_MS);
    const idle = memoryNow(targets);
    const pace = await findPace(stage, targets, database.keys, { model, count: streams });
    const results = await alternate(rounds, targets, async (target): Promise<PacedRound> => {
      const open = await openPacedStreams(stage, target, database.keys, { model, count: streams });
      await delay(SETTLES_MS);
      const window = await measureWindow(stage, target, open, { streams, pace, seconds });
      const { rssBytes } = memoryOf(target.pid);
      await open.finish();
      return { ...window, rssBytes };
    });
    return { pace, idle, results, peak: memoryNow(targets) };
  });
  const others = medianOf(results, ({ othersShare }) => othersShare);
  const together = medianOf(results, ({ eventsPerRead }) => eventsPerRead);
  return {
    name,
    title,
    conditions: [
      `${rounds} alternating rounds of ${seconds} s, medians; ${pace} events per second in each stream${pace < (PACES[0] ?? 0) ? `, as more would have kept one of the two cores busy to more than ${BUSY_SHARE_MAX * 100} %` : ''}. Every event that was sent arrived, and every stream ended in its terminator.`,
      describe('Pass-through', results.base),
      describe('Relay', results.measured),
      ...disturbance(Object.values(others)),
      ...(Math.max(together.base, together.measured) > EVENTS_PER_READ_MAX
        ? ['**Events came together**: the cost of one is not that of one that comes alone.']
        : []),
    ],
    figures: [
      {
        what: 'CPU per event',
        unit: 'µs',
        ...compared(results, 'ratio', ({ cpuUsPerEvent }) => cpuUsPerEvent),
        bar: { is: 'at most', ...cpuBar },
      },
      {
        what: `RSS with ${digits0(streams)} streams open`,
        unit: 'MiB',
        ...compared(results, 'ratio', ({ rssBytes }) => rssBytes / MIB),
        ...(rssRatioBar !== undefined && { bar: { is: 'at most', value: rssRatioBar } }),
      },
      {
        what: 'RSS when idle, just started',
        unit: 'MiB',
        ...compared(idle, 'ratio', ({ rssBytes }) => rssBytes / MIB),
      },
      {
        what: 'RSS at its peak',
        unit: 'MiB',
        ...compared(peak, 'ratio', ({ peakRssBytes }) => peakRssBytes / MIB),
      },
    ],
  };
}

function memoryNow({ base, measured }: Targets): Rounds<Memory> {
  return { base: [memoryOf(base.pid)], measured: [memoryOf(measured.pid)] };
}

/** The fastest pace that both processes, the upstream and the load generator keep without queueing. */
async function findPace(
  stage: Stage,
  targets: Targets,
  keys: readonly string[],
  { model, count: streams }: { model: BenchModel; count: number },
): Promise<number> {
  let fastest = 0;
  for (const target of [targets.base, targets.measured]) {
    stage.upstream.setPace(PACES[fastest] ?? 1);
    const open = await openPacedStreams(stage, target, keys, { model, count: streams });
    for (; ; fastest++) {
      const pace = PACES[fastest];
      if (pace === undefined) {
        throw new BenchError(
          `Not even ${PACES.at(-1)} events per second in ${streams} streams can be kept here.`,
        );
      }
      stage.upstream.setPace(pace);
      await delay(SETTLES_MS);
      const window = await measureWindow(stage, target, open, { streams, pace, seconds: PROBE_SECONDS });
      if (isKept(window)) break;
    }
    await open.finish();
  }
  return PACES[fastest] ?? 1;
}

function isKept({ busyShare, generatorShare, sentShare }: PacedWindow): boolean {
  return busyShare <= BUSY_SHARE_MAX && generatorShare <= GENERATOR_SHARE_MAX && sentShare >= SENT_SHARE_MIN;
}

async function measureWindow(
  stage: Stage,
  target: Target,
  { tally }: PacedStreams,
  { streams, pace, seconds }: { streams: number; pace: number; seconds: number },
): Promise<PacedWindow> {
  const sentBefore = (await stage.upstream.counts()).events;
  const loop = performance.eventLoopUtilization();
  const before = { ...tally };
  const used = startUse(target.pid, CORES.underTest);
  await delay(seconds * 1000);
  const { cpuNs, wallNs, othersNs } = used();
  const [events, reads] = [tally.events - before.events, tally.reads - before.reads];
  const { utilization } = performance.eventLoopUtilization(loop);
  const sent = (await stage.upstream.counts()).events - sentBefore;
  return {
    cpuUsPerEvent: cpuNs / 1000 / events,
    busyShare: cpuNs / wallNs,
    othersShare: othersNs / wallNs,
    eventsPerRead: events / reads,
    sentShare: sent / (streams * pace * (wallNs / 1e9)),
    generatorShare: utilization,
  };
}

function describe(who: string, rounds: readonly PacedRound[]): string {
  const of = (pick: (round: PacedRound) => number) => median(rounds.map(pick));
  return (
    `${who}: busy ${percent(of(({ busyShare }) => busyShare))} of its core, others took ${percent(of(({ othersShare }) => othersShare))}; ` +
    `${digits(of(({ eventsPerRead }) => eventsPerRead))} events in what arrived together; ` +
    `the upstream kept ${percent(of(({ sentShare }) => sentShare))} of the pace, the load generator was busy ${percent(of(({ generatorShare }) => generatorShare))}.`
  );
}

function digits0(value: number): string {
  return value.toLocaleString('en-US');
}
