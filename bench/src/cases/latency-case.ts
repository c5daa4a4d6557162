import { fileURLToPath } from 'node:url';
import { callOf, rawCall } from '../calls.ts';
import { runOpenLoop } from '../load/open-loop.ts';
import { startUse } from '../measure.ts';
import { CORES, type Started } from '../processes.ts';
import { percent, type CaseReport, type Figure } from '../report.ts';
import { alternate, compared, medianOf, withTargets, type Targets } from '../rounds.ts';
import type { BenchDatabase, Stage } from '../stage.ts';
import { median, percentile } from '../statistics.ts';
import { MODELS, VENDOR_DELAY_MS } from '../upstream-replies.ts';
import { CONNECTIONS, type CaseOptions } from './case-options.ts';
import { disturbance } from './disturbance.ts';

import { measureSaturation } from './saturation-case.ts';

const WARM_UP_SECONDS = 1;
const CALIBRATION_SECONDS = 4;
const FIRST_BYTE_BAR_MS = 0.5;
/** On top of one commit. */
const LAST_BYTE_BAR_MS = 0.5;

const KINDS = [
  { noun: 'JSON', stream: false, atOnce: MODELS.json, slow: MODELS.slowJson },
  { noun: 'stream of 20 events', stream: true, atOnce: MODELS.stream20, slow: MODELS.slowStream20 },
] as const;

type Kind = (typeof KINDS)[number];

interface LatencyRound {
  readonly firstByteMs: { readonly p50: number; readonly p99: number };
  readonly lastByteMs: { readonly p50: number; readonly p99: number };
  /** The median of the commits that were made beside it. */
  readonly commitMs: number;
  /** Of the core of the process under test, what others used. */
  readonly othersShare: number;
  readonly generatorShare: number;
}

/** What the relay adds to a vendor that takes its time, when it has as much to do as it should have. */
export async function runLatencyCase(
  stage: Stage,
  database: BenchDatabase,
  options: CaseOptions,
): Promise<CaseReport> {
  const reports = await withTargets(stage, database, 'latency', async (targets) => {
    const probe = startCommitProbe(stage, database);
    try {
      const reports = [];
      for (const kind of KINDS)
        reports.push(await measureKind(stage, database, targets, probe, kind, options));
      return reports;
    } finally {
      await probe.stop();
    }
  });
  return {
    name: 'latency',
    title: `A vendor that takes ${VENDOR_DELAY_MS} ms`,
    conditions: [
      `${options.rounds} alternating rounds of ${options.seconds} s, medians. Times are what comes on top of what the upstream took by its own clock.`,
      'The bars are on the medians of calls (p50). The relay’s last byte may come one commit later, since the charge is durable before it.',
      ...reports.flatMap(({ conditions }) => conditions),
    ],
    figures: reports.flatMap(({ figures }) => figures),
  };
}

async function measureKind(
  stage: Stage,
  { keys }: BenchDatabase,
  targets: Targets,
  probe: Started,
  kind: Kind,
  { rounds, seconds }: CaseOptions,
): Promise<{ figures: Figure[]; conditions: string[] }> {
  for (const target of Object.values(targets)) {
    await measureSaturation(stage, target, keys, { model: kind.atOnce, stream: kind.stream }, 2);
  }
  const { repliesPerSecond } = await measureSaturation(
    stage,
    targets.measured,
    keys,
    { model: kind.atOnce, stream: kind.stream },
    CALIBRATION_SECONDS,
  );
  const perSecond = Math.round(repliesPerSecond / 2);
  const results = await alternate(rounds, targets, async (target): Promise<LatencyRound> => {
    await commitsSince(probe);
    const loop = performance.eventLoopUtilization();
    const used = startUse(target.pid, CORES.underTest);
    const calls = keys.map((key) => rawCall(target.origin, key, callOf(kind.slow, kind.stream)));
    const beyond = await runOpenLoop({
      origin: target.origin,
      calls,
      stream: kind.stream,
      perSecond,
      warmUpSeconds: WARM_UP_SECONDS,
      seconds,
    });
    const { othersNs, wallNs } = used();
    return {
      firstByteMs: percentiles(beyond.firstByteMs),
      lastByteMs: percentiles(beyond.lastByteMs),
      commitMs: median(await commitsSince(probe)),
      othersShare: othersNs / wallNs,
      generatorShare: performance.eventLoopUtilization(loop).utilization,
    };
  });
  const commitMs = median(results.measured.map((round) => round.commitMs));
  const generatorShare = median(results.measured.map((round) => round.generatorShare));
  const figure = (what: string, pick: (round: LatencyRound) => number, barMs?: number): Figure => ({
    what: `${kind.noun}: ${what}`,
    unit: 'ms',
    ...compared(results, 'difference', pick),
    ...(barMs !== undefined && { bar: { is: 'at most', value: barMs } }),
  });
  return {
    conditions: [
      `${kind.noun}: ${perSecond} calls per second at a fixed rate (open loop), half of the ${Math.round(repliesPerSecond)} that go through the relay with ${CONNECTIONS} connections and no delay; the load generator was busy ${percent(generatorShare)}.`,
      ...disturbance(Object.values(medianOf(results, ({ othersShare }) => othersShare))),
    ],
    figures: [
      figure('first byte, p50', (r) => r.firstByteMs.p50, FIRST_BYTE_BAR_MS),
      figure('first byte, p99', (r) => r.firstByteMs.p99),
      figure('last byte, p50', (r) => r.lastByteMs.p50, commitMs + LAST_BYTE_BAR_MS),
      figure('last byte, p99', (r) => r.lastByteMs.p99),
      { what: `${kind.noun}: one commit meanwhile, median`, unit: 'ms', measured: commitMs },
    ],
  };
}

function percentiles(values: readonly number[]): { p50: number; p99: number } {
  return { p50: percentile(values, 0.5), p99: percentile(values, 0.99) };
}

function startCommitProbe({ processes }: Stage, { url }: BenchDatabase): Started {
  return processes.start({
    name: 'commit-probe',
    command: process.execPath,
    args: [fileURLToPath(import.meta.resolve('../commit-probe.ts'))],
    env: { DATABASE_URL: url },
    core: 'others',
  });
}

/** How long each commit took since this was last asked, in ms. */
function commitsSince(probe: Started): Promise<number[]> {
  return new Promise((resolve) => {
    probe.process.once('message', (commitsMs) => resolve(commitsMs as unknown as number[]));
    probe.process.send('collect');
  });
}
