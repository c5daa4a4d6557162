import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

export interface FirstStart {
  relayUrl: string;
  apiUrl: string;
  dashboardUrl: string;
  adminEmail: string;
  adminPassword: string;
  apiKey: string;
}

/** A fresh data directory and free ports, as environment variables. */
export async function freshSettings(): Promise<Record<string, string> & { WEIR_DATA_DIR: string }> {
  const ports = await freePorts('RELAY_PORT', 'API_PORT', 'WEB_PORT', 'SANDBOX_PORT');
  return { ...ports, WEIR_DATA_DIR: await mkdtemp(join(tmpdir(), 'weir-product-')) };
}

/** Ports that were free a moment ago, by the variables that are to name them. */
export async function freePorts<Name extends string>(...names: Name[]): Promise<Record<Name, string>> {
  const servers = names.map((name) => ({ name, server: createServer().listen(0, '127.0.0.1') }));
  const ports = await Promise.all(
    servers.map(async ({ name, server }) => {
      await once(server, 'listening');
      return [name, String((server.address() as AddressInfo).port)] as const;
    }),
  );
  for (const { server } of servers) {
    server.close();
    await once(server, 'close');
  }
  return Object.fromEntries(ports) as Record<Name, string>;
}

/** The launcher as a person at a terminal starts it. */
export interface Launcher {
  readonly child: ChildProcess;
  /** What it has printed so far, both streams. */
  output(): string;
  /** Resolves when it has printed this; @throws when it ends before that. */
  printed(text: string): Promise<void>;
  /** Signals the whole process group, as Ctrl-C does; resolves with the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

export function launch(settings: Record<string, string>): Launcher {
  const child = spawn(process.execPath, ['apps/launcher/src/main.ts'], {
    cwd: root,
    env: { ...process.env, NODE_ENV: 'development', LOG_LEVEL: 'warn', ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      child.emit('printed');
    });
  }
  const exited = once(child, 'close') as Promise<[number | null]>;
  return {
    child,
    output: () => output,
    async printed(text) {
      const ended = exited.then(() => 'ended' as const);
      while (!output.includes(text)) {
        if ((await Promise.race([once(child, 'printed'), ended])) === 'ended' && !output.includes(text)) {
          throw new Error(`the launcher ended without printing "${text}":\n${output}`);
        }
      }
    },
    async stop(signal = 'SIGTERM') {
      if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, signal);
      const [code] = await exited;
      return code;
    },
  };
}

/** The whole product, running, with what its first start wrote; stopped and removed when disposed. */
export async function startProduct(more: Record<string, string> = {}) {
  const settings = { ...(await freshSettings()), ...more };
  const launcher = launch(settings);
  await launcher.printed('Ctrl-C stops it');
  const firstStart = await readFirstStart(settings.WEIR_DATA_DIR);
  return {
    settings,
    launcher,
    firstStart,
    /** The operator's command line, on this product's data. */
    weir: (...args: string[]) => weir(settings, ...args),
    async [Symbol.asyncDispose]() {
      await launcher.stop();
      await removeData(settings.WEIR_DATA_DIR);
    },
  };
}

export async function readFirstStart(dataDir: string): Promise<FirstStart> {
  return JSON.parse(await readFile(join(dataDir, 'first-start.json'), 'utf8')) as FirstStart;
}

export async function removeData(dataDir: string): Promise<void> {
  await rm(dataDir, { recursive: true, force: true });
}

/** Runs `weir … --json`; @returns the exit code and what it printed. */
export async function weir(
  settings: Record<string, string>,
  ...args: string[]
): Promise<{ code: number | null; json: unknown; stderr: string }> {
  const child = spawn(process.execPath, ['apps/api/src/cli/main.ts', ...args, '--json'], {
    cwd: root,
    env: { ...process.env, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, json: stdout === '' ? undefined : JSON.parse(stdout), stderr };
}
