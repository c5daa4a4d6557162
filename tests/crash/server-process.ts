import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface ServerSpec {
  /** The file that Node runs, from the root of the repository. */
  readonly file: string;
  readonly env: Readonly<Record<string, string>>;
  /** Answers with 200 as soon as the server can serve. */
  readonly readyUrl: string;
  /** Where both of its output streams go. */
  readonly logPath: string;
  /** A folder for compiled code: a server that is started again and again is ready in half the time. */
  readonly compileCacheDir: string;
}

/** A server in a process of its own, started again whenever it ends. */
export interface ServerProcess extends AsyncDisposable {
  /** Resolves when it can serve. @throws {Error} when it can't for a long time. */
  ready(): Promise<void>;
  /** SIGKILL, at whatever it is doing, even while it starts. */
  kill(): void;
  /** SIGTERM; resolves when it has ended by itself. @throws {Error} when it does not, or not with 0. */
  stop(): Promise<void>;
}

const RESTART_DELAY_MS = 50;
const READY_TIMEOUT_MS = 30_000;
const READY_POLL_MS = 25;
const STOP_TIMEOUT_MS = 20_000;

/** The server ends with this process, however this one ends. */
export function serverProcess(spec: ServerSpec): ServerProcess {
  const { file, env, readyUrl, logPath, compileCacheDir } = spec;
  let ending = false;
  let child = start();

  function start(): ChildProcess {
    const log = openSync(logPath, 'a');
    // Nothing of this process's environment: a vendor's key in it would make a channel.
    const started = fork(join(root, file), {
      cwd: root,
      env: {
        PATH: process.env['PATH'] ?? '',
        NODE_ENV: 'production',
        NODE_COMPILE_CACHE: compileCacheDir,
        ...env,
      },
      execArgv: [],
      stdio: ['ignore', log, log, 'ipc'],
    });
    closeSync(log);
    started.once('exit', () => void startAgain());
    return started;
  }

  async function startAgain(): Promise<void> {
    await delay(RESTART_DELAY_MS);
    if (!ending) child = start();
  }

  const isGone = (): boolean => child.exitCode !== null || child.signalCode !== null;

  async function ready(): Promise<void> {
    const deadlineMs = performance.now() + READY_TIMEOUT_MS;
    while (!(await answersOk(readyUrl))) {
      // Nobody starts it again.
      if (ending && isGone()) return;
      if (performance.now() > deadlineMs) throw new Error(`${file} does not get ready; see ${logPath}`);
      await delay(READY_POLL_MS);
    }
  }

  return {
    ready,
    kill() {
      child.kill('SIGKILL');
    },
    async stop() {
      ending = true;
      // One that is starting would die of the signal, which says nothing of how a server stops.
      await ready();
      // One that was killed a moment ago stays dead.
      if (isGone()) return;
      const gone = once(child, 'exit', { signal: AbortSignal.timeout(STOP_TIMEOUT_MS) });
      child.kill('SIGTERM');
      const [code, signal] = (await gone) as [number | null, NodeJS.Signals | null];
      if (code !== 0) throw new Error(`${file} ended with ${signal ?? code}; see ${logPath}`);
    },
    async [Symbol.asyncDispose]() {
      ending = true;
      if (isGone()) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}

async function answersOk(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(1_000) })).ok;
  } catch {
    return false;
  }
}

/** Ports of the loopback that nobody listens on now. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  const ports: number[] = [];
  for (const server of servers) {
    if (!server.listening) await once(server, 'listening');
    ports.push((server.address() as AddressInfo).port);
  }
  for (const server of servers) {
    server.close();
    await once(server, 'close');
  }
  return ports;
}
