import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createTestDatabase } from '@weir/db/testing';
import { pino } from 'pino';
import { describe, expect, inject, it, vi } from 'vitest';
import { followChanges } from './database-changes.ts';
import { databaseProxy, type Interference } from '@weir/db/testing/database-proxy';

const WAIT = { timeout: 15_000, interval: 10 };
const LISTENER = 'weir relay changes';

/** A feed of changes through a proxy, and what it tells. */
async function startFeed() {
  const stack = new AsyncDisposableStack();
  const database = stack.use(await createTestDatabase(inject('clusterUrl')));
  const proxy = stack.use(await databaseProxy(database.url, LISTENER));
  const callers = {
    known: vi.fn<() => undefined>(),
    lookUp: vi.fn<() => Promise<undefined>>(),
    forget: vi.fn<() => void>(),
    forgetAll: vi.fn<() => void>(),
  };
  const routing = { current: undefined, reload: vi.fn<() => Promise<void>>(async () => {}) };
  const running = { keyIds: vi.fn<() => string[]>(() => []), cut: vi.fn<(keyId: string) => void>() };
  const log = pino({ level: 'silent' });
  const feed = await followChanges(proxy.url, { callers, running, routing, log });
  stack.defer(() => feed.stop());
  return { database, proxy, callers, running, routing, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

describe('changes in the database', () => {
  it('are read once at the start, and then told as they happen', async () => {
    await using feed = await startFeed();
    expect(feed.routing.reload).toHaveBeenCalledTimes(1);
    await feed.database.sql`notify weir_key_changed, 'a hash'`;
    await feed.database.sql`notify weir_routing_changed`;
    await vi.waitFor(() => expect(feed.callers.forget).toHaveBeenCalledWith('a hash'), WAIT);
    await vi.waitFor(() => expect(feed.routing.reload).toHaveBeenCalledTimes(2), WAIT);
  });

  it.each<Interference>(['cut', 'silent'])(
    'are read again, and followed again, after the connection went %s',
    async (how) => {
      await using feed = await startFeed();
      feed.callers.forgetAll.mockClear();
      feed.proxy.interfere(how);
      feed.proxy.relent();
      // Told to nobody.
      await feed.database.sql`notify weir_key_changed, 'missed'`;
      await vi.waitFor(() => expect(feed.callers.forgetAll).toHaveBeenCalled(), WAIT);
      await vi.waitFor(() => expect(feed.routing.reload).toHaveBeenCalledTimes(2), WAIT);
      await feed.database.sql`notify weir_key_changed, 'heard'`;
      await vi.waitFor(() => expect(feed.callers.forget).toHaveBeenCalledWith('heard'), WAIT);
      expect(feed.callers.forget).not.toHaveBeenCalledWith('missed');
    },
  );

  it('of a revocation that was missed end the calls of its key all the same', async () => {
    await using feed = await startFeed();
    const { sql } = feed.database;
    await sql`insert into accounts (id) values ('acc_1')`;
    await sql`
      insert into api_keys (id, account_id, name, hash, prefix, last4)
      values ('key_1', 'acc_1', 'one', 'hash 1', '', ''), ('key_2', 'acc_1', 'two', 'hash 2', '', '')`;
    feed.running.keyIds.mockReturnValue(['key_1', 'key_2']);
    feed.proxy.interfere('silent');
    await sql`update api_keys set revoked_at = now(), cuts_running = true where id = 'key_1'`;
    await sql`update api_keys set revoked_at = now() where id = 'key_2'`;
    feed.proxy.relent();
    await vi.waitFor(() => expect(feed.running.cut.mock.calls).toEqual([['key_1']]), WAIT);
  });

  it('are read with the next check when they could not be read at once', async () => {
    await using feed = await startFeed();
    feed.routing.reload.mockRejectedValueOnce(new Error('not now'));
    await feed.database.sql`notify weir_routing_changed`;
    await vi.waitFor(() => expect(feed.routing.reload).toHaveBeenCalledTimes(3), WAIT);
  });
});

it.each<Interference>(['cut', 'silent'])(
  'a relay that can not follow changes (%s) ends, and says so',
  async (how) => {
    await using database = await createTestDatabase(inject('clusterUrl'));
    await using proxy = await databaseProxy(database.url, LISTENER);
    proxy.interfere(how);
    const relay = spawn(process.execPath, [fileURLToPath(import.meta.resolve('./main.ts'))], {
      env: {
        PATH: process.env['PATH'],
        DATABASE_URL: proxy.url,
        RELAY_PORT: '18787',
        WEIR_SECRET_KEY: 'a secret key of at least 32 characters',
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    using _ended = { [Symbol.dispose]: () => relay.kill('SIGKILL') };
    let said = '';
    relay.stderr.on('data', (bytes: Buffer) => (said += bytes.toString()));
    expect(await once(relay, 'close')).toEqual([1, null]);
    expect(said).toContain('database');
  },
);
