import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { BenchError } from './bench-error.ts';

const STOPS_WITHIN_MS = 15_000;

/** Where processes run: the one under test by itself, everything else together. */
export const CORES = { underTest: '0', others: '1' } as const;

export interface StartOptions {
  /** For messages, and the name of its log. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly core?: keyof typeof CORES;
  /** It ends by itself: then its output is what counts. */
  readonly ends?: boolean;
}

export interface Started {
  readonly pid: number;
  readonly process: ChildProcess;
  /** What it wrote to its log so far. */
  log(): string;
  /** SIGTERM, and SIGKILL when that does not help. */
  stop(): Promise<void>;
}

/**
 * Every process that a measurement starts, each ended by its id when this is disposed of. They run in sessions of
 * their own, so that Ctrl-C reaches only us, and have an open channel to us, whose end tells them that we died.
 */
export class Processes implements AsyncDisposable {
  readonly #dir: string;
  readonly #pinned: boolean;
  readonly #running = new Set<Started>();
  readonly #failure = Promise.withResolvers<never>();
  #count = 0;

  /** @param dir where logs go */
  constructor(dir: string, pinned: boolean) {
    this.#dir = dir;
    this.#pinned = pinned;
    this.#failure.promise.catch(() => {});
  }

  /** Rejects when a process ends that should be running. */
  get failed(): Promise<never> {
    return this.#failure.promise;
  }

  start(options: StartOptions): Started {
    const { name, core } = options;
    const logPath = join(this.#dir, `${name}-${this.#count++}.log`);
    const log = openSync(logPath, 'a', 0o600);
    const [command, ...args] =
      core && this.#pinned
        ? ['taskset', '-c', CORES[core], options.command, ...options.args]
        : [options.command, ...options.args];
    const child = spawn(command, args, {
      env: {
        PATH: process.env['PATH'],
        // As the launcher has it.
        NODE_COMPILE_CACHE: join(this.#dir, 'compile-cache'),
        ...options.env,
      },
      stdio: ['ignore', log, log, 'ipc'],
      detached: true,
    });
    closeSync(log);
    const gone = new Promise<string>((resolve) => {
      child.once('exit', (code, signal) => resolve(`ended with ${signal ?? code}`));
      child.once('error', (error) => resolve(`could not be started: ${error.message}`));
    });
    let stopping = options.ends ?? false;
    void gone.then((how) => {
      this.#running.delete(started);
      if (stopping) return;
      const end = readFileSync(logPath, 'utf8').trim().split('\n').slice(-5).join('\n');
      this.#failure.reject(new BenchError(`The ${name} ${how}. The end of what it said:\n${end}`));
    });
    const started: Started = {
      pid: child.pid ?? 0,
      process: child,
      log: () => readFileSync(logPath, 'utf8'),
      stop: async () => {
        stopping = true;
        if (!this.#running.has(started)) return;
        child.kill('SIGTERM');
        const patience = new AbortController();
        const tooLong = delay(STOPS_WITHIN_MS, undefined, { signal: patience.signal }).then(
          () => child.kill('SIGKILL'),
          () => {},
        );
        await gone;
        patience.abort();
        await tooLong;
      },
    };
    this.#running.add(started);
    return started;
  }

  /** Runs a command to its end. @returns what it wrote. */
  async run(options: Omit<StartOptions, 'ends'>): Promise<string> {
    const started = this.start({ ...options, ends: true });
    const [code] = (await once(started.process, 'exit')) as [number | null];
    if (code !== 0) throw new BenchError(`${options.name} failed: ${started.log().trim()}`);
    return started.log();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#running].map((started) => started.stop()));
  }
}

/** Moves this process, and with it what it will start, away from the core of the process under test. */
export function pinSelf(): void {
  execFileSync('taskset', ['-acp', CORES.others, String(process.pid)], { stdio: 'ignore' });
}

/** A TCP port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** Whether there is an executable of this name on the PATH. */
export function isOnPath(name: string): boolean {
  try {
    execFileSync('sh', ['-c', 'command -v "$1"', 'sh', name], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
