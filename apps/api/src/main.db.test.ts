import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { newId } from '@weir/core/ids';
import { accounts, channels, policyVersions, requests } from '@weir/db/schema';
import { createTestDatabase } from '@weir/db/testing';
import { eq } from 'drizzle-orm';
import { describe, expect, inject, it } from 'vitest';
import { freePort } from './testing/free-port.ts';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));

async function setUp() {
  const database = await createTestDatabase(inject('clusterUrl'));
  const dataDir = await mkdtemp(join(tmpdir(), 'weir-api-'));
  const env = {
    PATH: process.env['PATH'],
    DATABASE_URL: database.url,
    WEIR_DATA_DIR: dataDir,
    API_PORT: String(await freePort()),
    OPENAI_API_KEY: 'sk-from-env',
  };
  const start = (change: Record<string, string> = {}) =>
    fork(MAIN, { env: { ...env, ...change }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  return {
    database,
    dataDir,
    env,
    start,
    async [Symbol.asyncDispose]() {
      await database[Symbol.asyncDispose]();
      await rm(dataDir, { recursive: true });
    },
  };
}

/** Resolves with the address in the line that says so. */
async function listening(child: ReturnType<typeof fork>): Promise<string> {
  if (!child.stdout) throw new Error('stdout is a pipe');
  for await (const line of createInterface(child.stdout)) {
    const { url, msg }: { url?: string; msg: string } = JSON.parse(line);
    if (msg === 'The api listens.' && url !== undefined) {
      child.stdout.resume();
      return url;
    }
  }
  throw new Error('the api ended without listening');
}

describe('the api as a process', () => {
  it('prepares a first start, makes channels from the environment, serves, and stops at SIGTERM', async () => {
    await using weir = await setUp();
    const child = weir.start();
    const exited = once(child, 'exit');
    const url = await listening(child);
    expect(url).toBe(`http://127.0.0.1:${weir.env.API_PORT}`);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    expect(JSON.parse(await readFile(join(weir.dataDir, 'first-start.json'), 'utf8'))).toMatchObject({
      apiUrl: url,
    });
    const rows = await weir.database.db.select().from(channels);
    expect(rows.map(({ vendor }) => vendor).sort()).toEqual(['openai', 'sandbox']);
    child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
  });

  it('warns at its start of a policy in force that is not what it is set up to do', async () => {
    await using weir = await setUp();
    await weir.database.db.insert(policyVersions).values({ id: newId('policy'), kind: 'terms', texts: {} });
    const child = weir.start();
    const exited = once(child, 'exit');
    const warned: unknown[] = [];
    for await (const line of createInterface(child.stdout ?? Readable.from([]))) {
      const told: { level: number; msg: string } = JSON.parse(line);
      if (told.msg === 'The api listens.') break;
      if (told.level === 40) warned.push(told);
    }
    expect(warned).toMatchObject([{ policy: 'terms' }]);
    child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
  });

  it('releases holds that no relay closed', async () => {
    await using weir = await setUp();
    const { db } = weir.database;
    const accountId = newId('account');
    await db.insert(accounts).values({ id: accountId, heldNanoUsd: 700n, running: 700 });
    const hold = {
      accountId,
      keyId: 'key_none',
      modelId: 'm',
      dialect: 'openai-chat',
      streamed: true,
      holdNanoUsd: 1n,
    };
    const holdExpiresAt = new Date(Date.now() - 1_000);
    // More than one sweep takes.
    await db
      .insert(requests)
      .values(Array.from({ length: 699 }, () => ({ ...hold, id: newId('request'), holdExpiresAt })));
    await db
      .insert(requests)
      .values({ ...hold, id: newId('request'), holdExpiresAt: new Date(Date.now() + 3_600_000) });
    const child = weir.start();
    const exited = once(child, 'exit');
    await listening(child);
    child.kill('SIGTERM');
    await exited;
    expect(await db.select().from(accounts).where(eq(accounts.id, accountId))).toMatchObject([
      { heldNanoUsd: 1n, running: 1 },
    ]);
    expect(await db.$count(requests, eq(requests.state, 'expired'))).toBe(699);
  });

  it('ends with the process that started it', async () => {
    await using weir = await setUp();
    const child = weir.start();
    const exited = once(child, 'exit');
    await listening(child);
    child.disconnect();
    expect(await exited).toEqual([0, null]);
  });

  it('creates nothing in production, where it wants WEIR_SECRET_KEY', async () => {
    await using weir = await setUp();
    const refused = weir.start({ NODE_ENV: 'production' });
    const exited = once(refused, 'exit');
    if (!refused.stderr) throw new Error('stderr is a pipe');
    expect(await text(refused.stderr)).toContain('WEIR_SECRET_KEY: is not set.');
    expect(await exited).toEqual([1, null]);

    const child = weir.start({ NODE_ENV: 'production', WEIR_SECRET_KEY: 'x'.repeat(32) });
    const stopped = once(child, 'exit');
    await listening(child);
    child.kill('SIGINT');
    expect(await stopped).toEqual([0, null]);
    expect(await weir.database.db.$count(accounts)).toBe(0);
    await expect(readFile(join(weir.dataDir, 'first-start.json'))).rejects.toThrow('ENOENT');
  });

  it.each([
    [{ API_PORT: 'eighty' }, 'API_PORT: is not a port number. Example: API_PORT=8788\n'],
    [
      { DATABASE_URL: 'postgres://weir@127.0.0.1:1/weir' },
      expect.stringMatching(/^The database can't be used: .*DATABASE_URL/),
    ],
  ])('says in one line what is wrong with %o', async (env, message) => {
    const child = spawn(process.execPath, [MAIN], {
      env: { PATH: process.env['PATH'], ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const exited = once(child, 'exit');
    expect(await text(child.stderr)).toEqual(message);
    expect(await exited).toEqual([1, null]);
  });

  it('says which port is taken', async () => {
    await using weir = await setUp();
    const first = weir.start();
    const firstExited = once(first, 'exit');
    await listening(first);
    const second = weir.start();
    const secondExited = once(second, 'exit');
    if (!second.stderr) throw new Error('stderr is a pipe');
    expect(await text(second.stderr)).toContain(
      `127.0.0.1:${weir.env.API_PORT}. Stop what listens there, or set API_PORT`,
    );
    expect(await secondExited).toEqual([1, null]);
    first.kill('SIGTERM');
    await firstExited;
  });
});
