import { setTimeout as delay } from 'node:timers/promises';
import { describeFailure } from '@weir/core/failures';
import { PgBoss } from 'pg-boss';
import type { Logger } from 'pino';

export interface ScheduledJob {
  name: string;
  /** Of UTC. It also runs whenever a server starts. */
  cron: string;
  /** Asked for as it is needed, it begins within a second; one that is asked for during a run follows it. */
  isPrompt?: boolean;
  /** How often a run that failed is tried again, and how long after, in seconds. */
  retryLimit: number;
  retryDelaySeconds: number;
  /** Runs in one process at a time, but may be cut off and run again. */
  run: (signal: AbortSignal) => Promise<void>;
}

export interface ScheduledJobsOptions {
  url: string;
  log: Logger;
  jobs: readonly ScheduledJob[];
}

export interface ScheduledJobs {
  /** Starts no other run; one under way is asked to end, and left to another server when it takes too long. */
  stop(): Promise<void>;
  /** Asks for a run of this job, besides those by the clock. What is asked for while the queue starts, it does then. */
  ask(name: string): Promise<void>;
}

const START_RETRY_MS = 5_000;
const CONNECT_TIMEOUT_MS = 5_000;
/** Jobs are rare: the queue need not be asked often. */
const POLL_SECONDS = 5;
const PROMPT_POLL_SECONDS = 1;
/** A server that died in the middle of a run is taken for dead after this time. */
const HEARTBEAT_SECONDS = 60;
const RUN_SECONDS_MAX = 6 * 60 * 60;
/** Within the time that a server has to stop. */
const STOP_TIMEOUT_MS = 5_000;
const CONNECTIONS_MAX = 2;

/**
 * Runs jobs by the clock, each in one of however many servers there are. Needs the database to begin with, and tries
 * until it is there.
 */
export function startScheduledJobs({ url, log, jobs }: ScheduledJobsOptions): ScheduledJobs {
  const stopping = new AbortController();
  const boss = new PgBoss({
    connectionString: url,
    application_name: 'weir api jobs',
    max: CONNECTIONS_MAX,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    // What autovacuum does is the operator's, for all tables alike.
    monitorVacuum: false,
  });
  boss.on('error', (error) => log.error(describeFailure(error), 'The job queue failed; it goes on.'));
  boss.on('warning', ({ message }) => log.warn({ message }, 'The job queue has a warning.'));

  let started = false;
  const askedEarly = new Set<string>();
  const ask = async (name: string) => {
    // The clock comes again, should this fail.
    await boss
      .send(name)
      .catch((error: unknown) =>
        log.warn({ job: name, ...describeFailure(error) }, 'A job could not be asked for.'),
      );
  };
  const start = async () => {
    await boss.start();
    for (const job of jobs) await schedule(boss, job, log, stopping.signal);
    started = true;
    await Promise.all([...askedEarly].map(ask));
  };
  const starting = (async () => {
    while (!stopping.signal.aborted) {
      try {
        return await start();
      } catch (error) {
        log.error(describeFailure(error), 'The job queue did not start; it will be tried again.');
        // What was started of it must not go on beside the next try.
        await boss.stop({ graceful: false });
        await delay(START_RETRY_MS, undefined, { signal: stopping.signal }).catch(() => {});
      }
    }
  })();
  return {
    async ask(name) {
      if (stopping.signal.aborted) return;
      if (started) await ask(name);
      else askedEarly.add(name);
    },
    async stop() {
      stopping.abort();
      await starting;
      await boss.stop({ timeout: STOP_TIMEOUT_MS });
    },
  };
}

/** Doing it again changes nothing: a start may have been cut off anywhere. */
async function schedule(boss: PgBoss, job: ScheduledJob, log: Logger, signal: AbortSignal): Promise<void> {
  const { name, cron, run } = job;
  const options = {
    retryLimit: job.retryLimit,
    retryDelay: job.retryDelaySeconds,
    expireInSeconds: RUN_SECONDS_MAX,
    heartbeatSeconds: HEARTBEAT_SECONDS,
  };
  // However many servers ask for it: one run waits or goes on (exclusive), or one waits and one goes on (stately).
  await boss.createQueue(name, { policy: job.isPrompt ? 'stately' : 'exclusive', ...options });
  await boss.updateQueue(name, options);
  await boss.schedule(name, cron, null, { tz: 'UTC' });
  await boss.send(name);
  await boss.offWork(name);
  await boss.work(
    name,
    { pollingIntervalSeconds: job.isPrompt ? PROMPT_POLL_SECONDS : POLL_SECONDS },
    async () => {
      const failure = await run(signal).then(() => undefined, describeFailure);
      if (!failure) return;
      log.error({ job: name, ...failure }, 'A job failed; it will be tried again.');
      // The queue keeps what it is told: no message of an error, which may carry values.
      throw new Error(failure.error);
    },
  );
}
