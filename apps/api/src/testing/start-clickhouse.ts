import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createClient } from '@clickhouse/client';
import type { TestContext } from 'vitest';

/** Installed by itself: `pnpm --dir tests/clickhouse install`. */
const SERVER = fileURLToPath(new URL('../../../../tests/clickhouse/server.ts', import.meta.url));
const PASSWORD = 'a-password';

/** Why there is no ClickHouse for tests on this machine; empty where there is one. */
export function clickHouseMissing(): string {
  const { platform, arch } = process;
  try {
    createRequire(createRequire(SERVER).resolve('chdb')).resolve(
      `@chdb/lib-${platform}-${arch}${platform === 'linux' ? '-gnu' : ''}`,
    );
    return '';
  } catch {
    return `no ClickHouse for ${platform} ${arch}: npx pnpm@12.21.0 --dir tests/clickhouse install`;
  }
}

/** For `beforeEach`. Not `skipIf`, which takes a test from the list of those that prove something wherever it runs. */
export function skipWithoutClickHouse({ skip }: Pick<TestContext, 'skip'>): void {
  const missing = clickHouseMissing();
  skip(missing !== '', missing);
}

export interface TestClickHouse extends AsyncDisposable {
  /** With user, password and database, as `CLICKHOUSE_URL` wants it. */
  url: string;
  port: number;
  dataDir: string;
  query<Row = Record<string, unknown>>(query: string): Promise<Row[]>;
  command(query: string): Promise<void>;
  /** As a crash does; its data stay. */
  kill(): Promise<void>;
}

/** A real one, in a process of its own, on an empty data directory unless one is named. */
export async function startClickHouse({
  port = 0,
  dataDir: named,
}: { port?: number; dataDir?: string } = {}): Promise<TestClickHouse> {
  const dataDir = named ?? (await mkdtemp(join(tmpdir(), 'weir-clickhouse-')));
  const child = spawn(process.execPath, [SERVER, dataDir, String(port), PASSWORD], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  if (!child.stdout) throw new Error('ClickHouse has no output');
  const exited = once(child, 'exit');
  const listening = Promise.race([once(createInterface(child.stdout), 'line'), exited.then(() => [''])]);
  const [line] = (await listening) as [string];
  if (line === '') throw new Error('ClickHouse did not start');
  const url = `http://weir:${PASSWORD}@127.0.0.1:${line}/weir`;
  const client = createClient({ url });
  const kill = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await exited;
  };
  return {
    url,
    port: Number(line),
    dataDir,
    query: async <Row>(query: string) => (await client.query({ query, format: 'JSONEachRow' })).json<Row>(),
    command: async (query) => void (await client.command({ query })),
    kill,
    async [Symbol.asyncDispose]() {
      await client.close();
      await kill();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
