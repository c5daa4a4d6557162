import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { LaunchError } from './launch-error.ts';

export interface ServerSpec {
  readonly name: string;
  /** The file that Node runs, absolute. */
  readonly file: string;
  /** What Node itself is told. */
  readonly nodeArgs?: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Answers with 200 as soon as the server can serve. */
  readonly readyUrl: string;
}

/** A server that is kept running until it is told to stop. */
export interface RunningServer {
  /** Resolves when it can serve. @throws {LaunchError} when it ends before that. */
  ready(): Promise<void>;
  /** SIGTERM, and SIGKILL after a while; resolves when it is gone. */
  stop(): Promise<void>;
}

const READY_TIMEOUT_MS = 60_000;
const READY_POLL_MS = 40;
const STOP_TIMEOUT_MS = 10_000;
const RESTART_DELAY_MS = 200;
/** One that dies more often than this can't be helped by starting it again. */
const RESTARTS_PER_MINUTE_MAX = 10;

/**
 * Runs a server as a child and starts it again when it dies. The channel between us and it tells it when we are gone,
 * however that came about.
 */
export function runServer(spec: ServerSpec, onGivenUp: (error: LaunchError) => void): RunningServer {
  let stopping = false;
  let wasReady = false;
  let restartsAtMs: number[] = [];
  let child = start();

  function start(): ChildProcess {
    const started = fork(spec.file, {
      cwd: spec.cwd,
      env: spec.env,
      execArgv: [...process.execArgv, ...(spec.nodeArgs ?? [])],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    started.once('exit', (code, signal) => {
      void afterExit(signal ?? `code ${code}`);
    });
    return started;
  }

  /** Waits first: Ctrl-C reaches the children as soon as it reaches us. */
  async function afterExit(how: string): Promise<void> {
    await delay(RESTART_DELAY_MS);
    if (stopping) return;
    const nowMs = performance.now();
    restartsAtMs = [...restartsAtMs.filter((atMs) => nowMs - atMs < 60_000), nowMs];
    if (!wasReady || restartsAtMs.length > RESTARTS_PER_MINUTE_MAX) {
      const what = wasReady ? `keeps ending (${how})` : `could not start (${how})`;
      onGivenUp(new LaunchError(`${spec.name} ${what}; what it said stands above.`));
      return;
    }
    process.stderr.write(`${spec.name} ended (${how}); it is started again.\n`);
    child = start();
  }

  return {
    async ready() {
      const deadlineMs = performance.now() + READY_TIMEOUT_MS;
      while (!(await isReady(spec.readyUrl))) {
        if (stopping || child.exitCode !== null) throw new LaunchError(`${spec.name} did not start.`);
        if (performance.now() > deadlineMs)
          throw new LaunchError(`${spec.name} did not get ready within ${READY_TIMEOUT_MS / 1000} s.`);
        await delay(READY_POLL_MS);
      }
      wasReady = true;
    },
    async stop() {
      stopping = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      const killer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
      await gone;
      clearTimeout(killer);
    },
  };
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
}
