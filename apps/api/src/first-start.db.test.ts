import { mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { secretBox } from '@weir/core/secret-box';
import { channels, users } from '@weir/db/schema';
import { verify } from '@weir/ledger';
import { describe, expect, it } from 'vitest';
import { createAccount } from './accounts/create-account.ts';
import { readConfig } from './config.ts';
import { firstStart, type FirstStart } from './first-start.ts';
import { startTestApi, sessionTokenOf } from './testing/start-test-api.ts';

const secrets = secretBox('a secret key of enough characters');

async function setUp() {
  const api = await startTestApi();
  const dataDir = await mkdtemp(join(tmpdir(), 'weir-first-start-'));
  const config = {
    ...readConfig({}),
    WEIR_DATA_DIR: dataDir,
    API_PORT: 20_002,
    RELAY_PORT: 20_001,
    WEB_PORT: 20_003,
    SANDBOX_PORT: 20_004,
  };
  const path = join(dataDir, 'first-start.json');
  return {
    ...api,
    config,
    path,
    start: (change: Partial<typeof config> = {}) =>
      firstStart(api.database, secrets, { ...config, ...change }),
    read: async (): Promise<FirstStart> => JSON.parse(await readFile(path, 'utf8')),
    files: () => readdir(dataDir),
    async [Symbol.asyncDispose]() {
      await api[Symbol.asyncDispose]();
      await rm(dataDir, { recursive: true });
    },
  };
}

describe('the first start', () => {
  it('writes down, for its owner’s eyes only, how to get in; and all of it works', async () => {
    await using weir = await setUp();
    expect(await weir.start()).toBe(weir.path);
    expect((await stat(weir.path)).mode & 0o777).toBe(0o600);
    expect(await weir.files()).toEqual(['first-start.json']);

    const written = await weir.read();
    expect(written).toEqual({
      relayUrl: 'http://127.0.0.1:20001',
      apiUrl: 'http://127.0.0.1:20002',
      dashboardUrl: 'http://127.0.0.1:20003',
      adminEmail: 'admin@example.com',
      adminPassword: expect.stringMatching(/^[0-9a-z]{5}(-[0-9a-z]{5}){3}$/),
      apiKey: expect.stringMatching(/^sk-weir-/),
    });
    const sessionToken = sessionTokenOf(
      await weir.client().auth.signIn.mutate({ email: written.adminEmail, password: written.adminPassword }),
    );
    expect(await weir.client(sessionToken).auth.me.query()).toMatchObject({ staffRole: 'owner' });
    expect((await weir.client(sessionToken).keys.list.query()).items).toMatchObject([{ name: 'First key' }]);
    expect(await weir.client(written.apiKey).account.balance.query()).toMatchObject({
      balanceNanoUsd: '20000000000',
      heldNanoUsd: '0',
    });
    expect(await verify(weir.database)).toMatchObject({ ok: true, accounts: 1 });

    const models = await weir.client().models.list.query();
    expect(models).toHaveLength(12);
    expect(models).toContainEqual(expect.objectContaining({ modelId: 'sandbox/report' }));
    expect(models).toContainEqual(
      expect.objectContaining({
        modelId: 'sandbox/echo',
        vendor: 'sandbox',
        simulated: true,
        contextTokensMax: 128_000,
        outputTokensMax: 16_384,
        inputNanoUsdPerMtok: '150000000',
        outputNanoUsdPerMtok: '600000000',
      }),
    );
    const [channel] = await weir.database.db.select().from(channels);
    expect(channel).toMatchObject({
      vendor: 'sandbox',
      dialect: 'openai-chat',
      baseUrl: 'http://127.0.0.1:20004/v1',
    });
  });

  it('is one, however many processes start at once or later', async () => {
    await using weir = await setUp();
    const paths = await Promise.all([weir.start(), weir.start(), weir.start()]);
    expect(paths.filter((path) => path !== undefined)).toHaveLength(1);
    const written = await weir.read();
    expect(await weir.start()).toBeUndefined();
    expect(await weir.read()).toEqual(written);
    expect(await weir.database.db.$count(users)).toBe(1);
  });

  it('does nothing in production', async () => {
    await using weir = await setUp();
    expect(await weir.start({ NODE_ENV: 'production' })).toBeUndefined();
    expect(await weir.files()).toEqual([]);
    expect(await weir.database.db.$count(users)).toBe(0);
  });

  it('does nothing to a database that has users', async () => {
    await using weir = await setUp();
    await createAccount(weir.database.db, { email: 'ada@example.com', username: 'ada' });
    expect(await weir.start()).toBeUndefined();
    expect(await weir.files()).toEqual([]);
    expect(await weir.database.db.$count(users)).toBe(1);
  });

  it('cut off after the database was filled is finished by the next one', async () => {
    await using weir = await setUp();
    await weir.start();
    const written = await weir.read();
    // As it is left behind before the grant and the last step.
    await rename(weir.path, `${weir.path}.new`);
    await weir.database.sql.begin(async (sql) => {
      await sql`alter table entries disable trigger all`;
      await sql`delete from entries`;
      await sql`update accounts set balance_nano_usd = 0`;
      await sql`alter table entries enable trigger all`;
    });

    expect(await weir.start()).toBe(weir.path);
    expect(await weir.read()).toEqual(written);
    expect(await weir.client(written.apiKey).account.balance.query()).toMatchObject({
      balanceNanoUsd: '20000000000',
    });
    expect(await weir.database.db.$count(users)).toBe(1);
  });

  it('cut off before the database was filled begins anew', async () => {
    await using weir = await setUp();
    await using other = await setUp();
    await other.start();
    await rename(other.path, `${weir.path}.new`);
    expect(await weir.start()).toBe(weir.path);
    const { apiKey } = await weir.read();
    expect(await weir.client(apiKey).account.balance.query()).toMatchObject({
      balanceNanoUsd: '20000000000',
    });
  });
});
