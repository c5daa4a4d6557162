import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connect, type Database } from '@weir/db/connect';
import { isDatabaseUnavailable } from '@weir/db/unavailable';
import { expireHolds } from '@weir/ledger';
import { createCast, type Cast } from './cast.ts';
import { checkLogs } from './check-logs.ts';
import { checkBooks, checkVerify } from './check-books.ts';
import { chargesOf, checkCharges } from './check-charges.ts';
import type { CallRecord, Ending } from './calls.ts';
import { topUp } from './credits.ts';
import { readServed, readStored, type Evidence } from './evidence.ts';
import { load } from './load.ts';
import { random, type Random } from './random.ts';
import { startScene, type Scene, type Victim } from './scene.ts';
import { HOLD_GRACE_MS, LOAD_MS, TOTAL_TIMEOUT_MS } from './settings.ts';
import { copyTemplate } from './template.ts';

export interface RunOptions {
  readonly seed: number;
  /** A new folder, for this run alone. */
  readonly dir: string;
  readonly template: string;
  readonly vendorUrl: string;
  readonly compileCacheDir: string;
}

export interface RunResult {
  readonly seed: number;
  /** What is wrong, in words; empty when nothing is. */
  readonly problems: readonly string[];
  readonly kills: readonly Victim[];
  readonly endings: Readonly<Partial<Record<Ending, number>>>;
  /** Errors that clients were told, or met. */
  readonly codes: Readonly<Record<string, number>>;
  readonly charged: number;
  readonly late: number;
  /** Holds that nobody closed. */
  readonly expired: number;
  /** Calls of which the vendor gave something, and nobody was charged. */
  readonly givenAway: number;
  readonly credits: number;
  readonly seconds: number;
}

/** Real processes, real load, deaths at random instants; then everything is held against everything. Never throws. */
export async function run(options: RunOptions): Promise<RunResult> {
  const startedAtMs = performance.now();
  const chance = random(`run ${options.seed}`);
  const kills = drawKills(chance.fork('kills'));
  const problems: string[] = [];
  let evidence: Evidence | undefined;
  try {
    await copyTemplate(options.template, options.dir);
    evidence = await perform(options, chance, kills, problems);
    problems.push(...checkCharges(evidence), ...checkBooks(evidence), ...(await checkLogs(options.dir)));
  } catch (error) {
    problems.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  if (problems.length > 0) await keepRecord(options, { kills, problems, evidence });
  else await rm(options.dir, { recursive: true, force: true, maxRetries: 5 });
  return {
    seed: options.seed,
    problems,
    kills: kills.map(({ victim }) => victim),
    ...count(evidence),
    seconds: (performance.now() - startedAtMs) / 1000,
  };
}

interface Kill {
  /** After the load began. */
  readonly atMs: number;
  readonly victim: Victim;
}

/** From one to three deaths, by their time. */
function drawKills(chance: Random): Kill[] {
  const kills = chance.pick([
    [5, 1],
    [3, 2],
    [2, 3],
  ]);
  return Array.from({ length: kills }, () => ({
    atMs: chance.whole(200, LOAD_MS - 300),
    victim: chance.pick<Victim>([
      [3, 'relay 1'],
      [3, 'relay 2'],
      [3, 'postgres'],
      [1, 'api'],
    ]),
  })).sort((one, other) => one.atMs - other.atMs);
}

async function perform(
  { seed, ...options }: RunOptions,
  chance: Random,
  kills: readonly Kill[],
  problems: string[],
): Promise<Evidence> {
  await using scene = await startScene(options);
  const database = connect(scene.databaseUrl, { applicationName: 'weir crash test', connectionsMax: 4 });
  try {
    const cast = await createCast(database);
    await scene.relaysReady();
    const prefix = `${process.pid}-${seed}/`;
    const { records, acknowledged } = await underFire(scene, database, {
      cast,
      chance,
      kills,
      prefix,
      problems,
    });
    await scene.stopServers();
    await settle(database, problems);
    problems.push(...(await checkVerify(database)));
    return {
      cast,
      records,
      acknowledged,
      served: await readServed(options.vendorUrl, prefix),
      ...(await readStored(database)),
    };
  } finally {
    await database.close();
  }
}

interface Fire {
  readonly cast: Cast;
  readonly chance: Random;
  readonly kills: readonly Kill[];
  readonly prefix: string;
  readonly problems: string[];
}

/** Calls and credits go on while processes die, and the books are looked at meanwhile. */
async function underFire(scene: Scene, database: Database, fire: Fire) {
  const { cast, chance, kills, prefix, problems } = fire;
  const over = new AbortController();
  const { signal } = over;
  const { relayUrls, databaseUrl } = scene;
  const startedAtMs = performance.now();
  const killing = (async () => {
    for (const { atMs, victim } of kills) {
      await delay(Math.max(0, startedAtMs + atMs - performance.now()));
      scene.kill(victim);
    }
  })();
  const looking = (async () => {
    while (!signal.aborted && problems.length === 0) {
      await whileUp(async () => {
        problems.push(...(await checkVerify(database)));
        await expireHolds(database);
      });
      await delay(LOOK_EVERY_MS);
    }
  })();
  // The load goes on over every death, until who died serves again.
  const lasting = (async () => {
    try {
      await Promise.all([delay(LOAD_MS), killing]);
      await scene.ready();
      await delay(SERVED_AGAIN_MS);
    } finally {
      over.abort();
    }
  })();
  const [records, acknowledged] = await Promise.all([
    load({ cast, relayUrls, chance: chance.fork('load'), prefix, signal }),
    topUp(databaseUrl, { cast, chance: chance.fork('credits'), signal }),
    lasting,
    looking,
  ]);
  return { records, acknowledged };
}

const LOOK_EVERY_MS = 250;
const SERVED_AGAIN_MS = 300;

/** A database that is away for a moment is what this test is about. */
async function whileUp(action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (!isDatabaseUnavailable(error)) throw error;
  }
}

const SWEEP_EVERY_MS = 100;
/** What is held may wait for its time, and for the sweep. */
const SETTLED_WITHIN_MS = TOTAL_TIMEOUT_MS + HOLD_GRACE_MS + 3_000;

/** Sweeps, as the api does, until nothing is held. */
async function settle(database: Database, problems: string[]): Promise<void> {
  const deadlineMs = performance.now() + SETTLED_WITHIN_MS;
  for (;;) {
    await expireHolds(database);
    const [row] = await database.sql<{ held: number }[]>`
      select count(*)::int as held from requests where state = 'held'`;
    if (row?.held === 0) return;
    if (performance.now() > deadlineMs) {
      problems.push(`${row?.held} holds do not expire`);
      return;
    }
    await delay(SWEEP_EVERY_MS);
  }
}

function count(evidence: Evidence | undefined) {
  const counted = <Name extends string>(names: readonly (Name | undefined)[]) => {
    const counts: Partial<Record<Name, number>> = {};
    for (const name of names) if (name !== undefined) counts[name] = (counts[name] ?? 0) + 1;
    return counts;
  };
  const records: readonly CallRecord[] = evidence?.records ?? [];
  const charges = evidence ? chargesOf(evidence) : [];
  const produced = [...(evidence?.served.values() ?? [])].filter(({ outputTokens }) => outputTokens > 0);
  return {
    endings: counted(records.map(({ ending }) => ending)),
    codes: counted(records.map(({ code }) => code)) as Record<string, number>,
    charged: charges.length,
    late: charges.filter(({ late }) => late).length,
    expired: (evidence?.rows ?? []).filter(({ state }) => state === 'expired').length,
    givenAway: Math.max(0, produced.length - charges.length),
    credits: evidence?.acknowledged.length ?? 0,
  };
}

/** Beside the database and the logs, what clients and the vendor said. */
async function keepRecord({ dir }: RunOptions, record: object): Promise<void> {
  await mkdir(dir, { recursive: true });
  const json = JSON.stringify(
    record,
    (_name, value: unknown) => {
      if (typeof value === 'bigint') return value.toString();
      return value instanceof Map ? [...value.values()] : value;
    },
    2,
  );
  await writeFile(join(dir, 'record.json'), json);
}
