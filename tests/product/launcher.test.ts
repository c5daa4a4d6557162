import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { connect } from '@weir/db/connect';
import { startCluster } from '@weir/db/cluster';
import { describe, expect, it } from 'vitest';
import { freshSettings, launch, readFirstStart, removeData, weir } from './start-product.ts';

const run = promisify(execFile);

async function isListening(port: string | undefined): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/healthz`).then(
    () => true,
    () => false,
  );
}

describe('pnpm start', () => {
  it('prints a call that streams, stops as a group, and keeps its data', { timeout: 180_000 }, async () => {
    const settings = await freshSettings();
    const first = launch(settings);
    await first.printed('Ctrl-C stops it');
    const firstStart = await readFirstStart(settings.WEIR_DATA_DIR);
    expect((await stat(join(settings.WEIR_DATA_DIR, 'first-start.json'))).mode & 0o777).toBe(0o600);
    expect(first.output()).toContain(firstStart.dashboardUrl);

    const curl = /^curl .*$/m.exec(first.output())?.[0] ?? '';
    const { stdout } = await run('bash', ['-c', curl]);
    expect(stdout.match(/^data: \{/gm)?.length).toBeGreaterThan(10);
    expect(stdout.trimEnd()).toMatch(/data: \[DONE\]$/);

    expect(await first.stop('SIGINT')).toBe(0);
    for (const name of ['RELAY_PORT', 'API_PORT', 'WEB_PORT', 'SANDBOX_PORT']) {
      expect(await isListening(settings[name]), name).toBe(false);
    }
    await expect(readFile(join(settings.WEIR_DATA_DIR, 'postgres/data/postmaster.pid'))).rejects.toThrow(
      'ENOENT',
    );

    // The sandbox moves to another port, and its models go with it.
    const second = launch({ ...settings, SANDBOX_PORT: (await freshSettings())['SANDBOX_PORT'] ?? '' });
    await second.printed('Ctrl-C stops it');
    expect(await readFirstStart(settings.WEIR_DATA_DIR)).toEqual(firstStart);
    expect(second.output()).toContain(firstStart.apiKey);
    expect((await run('bash', ['-c', curl])).stdout).toContain('[DONE]');
    expect(await second.stop('SIGTERM')).toBe(0);
    expect(await weir(settings, 'ledger', 'verify')).toMatchObject({
      code: 0,
      json: { ok: true, accounts: 1 },
    });
    await removeData(settings.WEIR_DATA_DIR);
  });

  it(
    'starts a killed relay again; the hold it left expires, and the ledger adds up',
    { timeout: 180_000 },
    async () => {
      const settings: Record<string, string> & { WEIR_DATA_DIR: string } = {
        ...(await freshSettings()),
        WEIR_UPSTREAM_TOTAL_TIMEOUT_MS: '2000',
        WEIR_HOLD_GRACE_MS: '1000',
      };
      const launcher = launch(settings);
      await launcher.printed('Ctrl-C stops it');
      const { relayUrl, apiKey } = await readFirstStart(settings.WEIR_DATA_DIR);
      const response = await fetch(`${relayUrl}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${apiKey}` },
        body: JSON.stringify({
          model: 'sandbox/story',
          stream: true,
          max_tokens: 5000,
          messages: [{ role: 'user', content: 'x' }],
        }),
      });
      const reader = response.body!.getReader();
      await reader.read();
      const { stdout: relays } = await run('pgrep', [
        '-P',
        String(launcher.child.pid),
        '-f',
        'apps/relay/src/main.ts',
      ]);
      process.kill(Number(relays.trim()), 'SIGKILL');
      await expect(
        (async () => {
          while (!(await reader.read()).done);
        })(),
      ).rejects.toThrow();
      await launcher.printed('relay ended (SIGKILL); it is started again.');
      await expect.poll(() => isListening(settings['RELAY_PORT']), { timeout: 30_000 }).toBe(true);

      const cluster = await startCluster(settings.WEIR_DATA_DIR);
      const database = connect(cluster.url, { applicationName: 'test' });
      const states = async () =>
        (await database.sql<{ state: string }[]>`select state from requests`).map(({ state }) => state);
      expect(await states()).toEqual(['held']);
      await expect.poll(states, { timeout: 30_000 }).toEqual(['expired']);
      await database.close();
      await cluster.release();
      expect(await weir(settings, 'ledger', 'verify')).toMatchObject({ code: 0, json: { ok: true } });
      await launcher.stop();
      await removeData(settings.WEIR_DATA_DIR);
    },
  );

  it(
    'starts a killed Postgres again, at the same address, and calls go on',
    { timeout: 180_000 },
    async () => {
      const settings = await freshSettings();
      const launcher = launch(settings);
      await launcher.printed('Ctrl-C stops it');
      const { relayUrl, apiKey } = await readFirstStart(settings.WEIR_DATA_DIR);
      const call = () =>
        fetch(`${relayUrl}/v1/chat/completions`, {
          method: 'POST',
          headers: { authorization: `Bearer ${apiKey}` },
          body: JSON.stringify({ model: 'sandbox/echo', messages: [{ role: 'user', content: 'x' }] }),
        });
      expect((await call()).status).toBe(200);
      const pidFile = join(settings.WEIR_DATA_DIR, 'postgres/data/postmaster.pid');
      process.kill(Number((await readFile(pidFile, 'utf8')).split('\n')[0]), 'SIGKILL');
      await launcher.printed('Postgres ended; it is started again.');
      await expect.poll(async () => (await call()).status, { timeout: 30_000 }).toBe(200);
      expect(await weir(settings, 'ledger', 'verify')).toMatchObject({ code: 0, json: { ok: true } });
      expect(await launcher.stop('SIGINT')).toBe(0);
      await removeData(settings.WEIR_DATA_DIR);
    },
  );

  it('says in one line what is in its way', { timeout: 180_000 }, async () => {
    const settings = await freshSettings();
    const complaint = async (more: Record<string, string> = {}) => {
      const launcher = launch({ ...settings, ...more });
      const [code] = (await once(launcher.child, 'close')) as [number];
      expect(code).toBe(1);
      return launcher
        .output()
        .replace(/^(Building|Starting) …\n/gm, '')
        .trim();
    };

    const squatter = createServer().listen(Number(settings['WEB_PORT']), '127.0.0.1');
    await once(squatter, 'listening');
    expect(await complaint()).toMatch(/^Port \d+ is taken\. .*WEB_PORT=\d+$/);
    squatter.close();
    await once(squatter, 'close');

    expect(await complaint({ RELAY_PORT: 'eighty' })).toBe(
      'RELAY_PORT: is not a port number. Example: RELAY_PORT=8787',
    );

    const file = join(settings.WEIR_DATA_DIR, 'file');
    await writeFile(file, '');
    expect(await complaint({ WEIR_DATA_DIR: file })).toMatch(
      /^The data directory .* can't be used \(EEXIST\)\. /,
    );

    const cluster = await startCluster(settings.WEIR_DATA_DIR);
    const database = connect(cluster.url, { applicationName: 'test', connectionsMax: 1 });
    await database.sql`create schema drizzle`;
    await database.sql`create table drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint)`;
    await database.sql`insert into drizzle.__drizzle_migrations (hash, created_at) values ('newer', 9999999999999)`;
    await database.close();
    await cluster.stop();
    expect(await complaint()).toMatch(
      /^The database was written by a newer version of Weir\. .*WEIR_DATA_DIR.*$/,
    );
    await removeData(settings.WEIR_DATA_DIR);
  });

  it('starts once per data directory, and over the stale lock of a crash', { timeout: 180_000 }, async () => {
    const settings = await freshSettings();
    const first = launch(settings);
    await first.printed('Ctrl-C stops it');
    const second = launch({ ...(await freshSettings()), WEIR_DATA_DIR: settings.WEIR_DATA_DIR });
    await once(second.child, 'close');
    expect(second.output()).toMatch(/^Weir is running already on the data in .*WEIR_DATA_DIR.*$/m);
    expect(await isListening(settings['RELAY_PORT'])).toBe(true);

    const pidFile = join(settings.WEIR_DATA_DIR, 'postgres/data/postmaster.pid');
    const [postmaster] = (await readFile(pidFile, 'utf8')).split('\n');
    await first.stop('SIGKILL');
    process.kill(Number(postmaster), 'SIGKILL');
    await expect.poll(() => isListening(settings['RELAY_PORT']), { timeout: 10_000 }).toBe(false);
    expect(await readFile(pidFile, 'utf8')).toContain(String(postmaster));

    const third = launch(settings);
    await third.printed('Ctrl-C stops it');
    expect(await third.stop()).toBe(0);
    await removeData(settings.WEIR_DATA_DIR);
  });
});
