import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { newApiKey } from '@weir/core/api-key';
import { describe, expect, it, vi } from 'vitest';
import { answers, standInVendor, streams, textChunk, DONE, sse } from './testing/stand-in-vendor.ts';
import { startTestRelay } from './testing/test-relay.ts';

const USD = 1_000_000_000n;
const HELLO = { model: 'test/model', messages: [{ role: 'user', content: 'hello' }] };

/** A request of which only a part is sent. */
async function halfSent(url: string, key: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.write(
    `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\ncontent-length: 1000\r\n\r\n{"m`,
  );
  return socket;
}

describe('usage that can not be true', () => {
  it.each([2 ** 31, 2 ** 53, -5, 0.5])(
    '(%d tokens) is not believed: the reply is counted',
    async (figure) => {
      const usage = {
        prompt_tokens: 3,
        completion_tokens: figure,
        prompt_tokens_details: { cached_tokens: 5e9 },
      };
      const choices = [{ index: 0, delta: { content: 'one two three' }, finish_reason: 'stop\0' }];
      await using vendor = await standInVendor(streams(sse({ choices }), sse({ choices: [], usage }), DONE));
      await using relay = await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host });
      await relay.addModel({ baseUrl: vendor.baseUrl });
      const { key, accountId } = await relay.createCaller(USD);
      expect(await (await relay.post(key, { ...HELLO, stream: true })).text()).toContain('[DONE]');
      expect(await relay.closedRow()).toMatchObject({
        state: 'settled',
        inputTokens: 3,
        outputTokens: 3,
        cachedInputTokens: null,
        usageSource: 'counted',
        finishReason: null,
        chargeNanoUsd: 6n,
      });
      expect(await relay.money(accountId)).toEqual({ balance: USD - 6n, held: 0n });
    },
  );
});

describe('what is counted', () => {
  it('never comes to more than was held', async () => {
    await using vendor = await standInVendor(streams(textChunk('word '.repeat(500)), DONE));
    await using relay = await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host });
    await relay.addModel({ baseUrl: vendor.baseUrl, contextTokensMax: 50 });
    const { key } = await relay.createCaller(USD);
    const long = { ...HELLO, messages: [{ role: 'user', content: 'word '.repeat(5_000) }] };
    await (await relay.post(key, { ...long, stream: true, max_tokens: 20 })).text();
    const row = await relay.closedRow();
    expect(row).toMatchObject({ inputTokens: 50, outputTokens: 20, chargeNanoUsd: 70n, holdNanoUsd: 70n });
  });
});

describe('a body', () => {
  it('is not waited for before the key is known to be good', async () => {
    await using relay = await startTestRelay();
    const socket = await halfSent(relay.url, newApiKey());
    const [head] = (await once(socket.setEncoding('utf8'), 'data')) as [string];
    expect(head).toMatch(/^HTTP\/1\.1 401 /);
    socket.destroy();
  });

  it('that is compressed is refused with a word on it', async () => {
    await using relay = await startTestRelay();
    const { key } = await relay.createCaller(USD);
    const headers = { authorization: `Bearer ${key}`, 'content-encoding': 'gzip' };
    const response = await relay.post(key, HELLO, { headers });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('gzip');
  });
});

describe('a malformed request', () => {
  it.each([
    'GET /v1/models/%zz HTTP/1.1\r\nhost: x\r\n\r\n',
    'nonsense\r\n\r\n',
    `GET / HTTP/1.1\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`,
  ])('is answered in OpenAI’s shape, with a request id: %#', async (bytes) => {
    await using relay = await startTestRelay();
    const { hostname, port } = new URL(relay.url);
    const socket = connect(Number(port), hostname).setEncoding('utf8');
    socket.write(bytes);
    const [text] = (await once(socket, 'data')) as [string];
    expect(text).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(text).toMatch(/x-request-id: req_/i);
    expect(text).toContain('"code":"invalid_request"');
    socket.destroy();
  });
});

describe('a relay that is told to stop', () => {
  it('does not wait for a body that does not come', async () => {
    await using relay = await startTestRelay({ WEIR_DRAIN_TIMEOUT_MS: '0' });
    const { key } = await relay.createCaller(USD);
    const socket = await halfSent(relay.url, key);
    const answer = once(socket.setEncoding('utf8'), 'data');
    await vi.waitFor(async () => expect((await fetch(`${relay.url}/healthz`)).status).toBe(200));
    await relay.stop();
    expect(String(await answer)).toMatch(/^HTTP\/1\.1 503 /);
    socket.destroy();
  });

  it('ends and settles a call that was still waiting for its hold', async () => {
    await using vendor = await standInVendor(() => {});
    await using relay = await startTestRelay({
      WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host,
      WEIR_DRAIN_TIMEOUT_MS: '0',
    });
    await relay.addModel({ baseUrl: vendor.baseUrl });
    const { key, accountId } = await relay.createCaller(USD);
    const { promise: release, resolve: onRelease } = Promise.withResolvers<void>();
    const { promise: locked, resolve: onLocked } = Promise.withResolvers<void>();
    const lock = relay.sql.begin(async (tx) => {
      await tx`select 1 from accounts where id = ${accountId} for update`;
      onLocked();
      await release;
    });
    await locked;
    const response = relay.post(key, { ...HELLO, stream: true });
    await vi.waitFor(async () => {
      const [row] = await relay.sql`select 1 from pg_stat_activity where wait_event_type = 'Lock'`;
      expect(row).toBeDefined();
    });
    const stopped = relay.stop();
    onRelease();
    await lock;
    expect((await response).status).toBe(503);
    await stopped;
    expect(await relay.rows()).toMatchObject([{ state: 'voided', outcome: 'service_unavailable' }]);
  });
});

describe('a database that is away', () => {
  it('is answered with 503 and a time to try again, and needs no restart', async () => {
    await using vendor = await standInVendor(answers(200, { choices: [{ message: { content: 'hi' } }] }));
    await using relay = await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host });
    await relay.addModel({ baseUrl: vendor.baseUrl });
    const { key } = await relay.createCaller(USD);
    await relay.withDatabaseClosed(async () => {
      const response = await relay.post(key, HELLO);
      expect(response.status).toBe(503);
      expect(response.headers.get('retry-after')).toBe('2');
      expect((await fetch(`${relay.url}/readyz`)).status).toBe(503);
    });
    await vi.waitFor(async () => expect((await relay.post(key, HELLO)).status).toBe(200), {
      timeout: 20_000,
    });
  });

  it('lets a stream that is running finish, and settles it when the database is back', async () => {
    const { promise: finish, resolve: onFinish } = Promise.withResolvers<void>();
    await using vendor = await standInVendor(async (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(textChunk('one two three'));
      await finish;
      response.end(textChunk(' four', 'stop') + DONE);
    });
    await using relay = await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host });
    await relay.addModel({ baseUrl: vendor.baseUrl });
    const { key, accountId } = await relay.createCaller(USD);
    const response = await relay.post(key, { ...HELLO, stream: true });
    let text = '';
    const read = (async () => {
      for await (const chunk of response.body ?? []) text += Buffer.from(chunk as Uint8Array).toString();
    })();
    await relay.withDatabaseClosed(async () => {
      onFinish();
      await vi.waitFor(() => expect(text).toContain('four'));
      expect((await relay.post(key, HELLO)).status).toBe(503);
      expect(text).not.toContain('[DONE]');
    });
    await read;
    expect(text).toContain('[DONE]');
    expect(await relay.closedRow()).toMatchObject({ state: 'settled', outcome: 'ok', outputTokens: 4 });
    expect(await relay.money(accountId)).toMatchObject({ held: 0n });
  });

  it('does not keep a relay from stopping', async () => {
    const { promise: finish, resolve: onFinish } = Promise.withResolvers<void>();
    await using vendor = await standInVendor(async (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(textChunk('one two three'));
      await finish;
      response.end(DONE);
    });
    await using relay = await startTestRelay({
      WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host,
      WEIR_DRAIN_TIMEOUT_MS: '0',
      WEIR_SETTLE_GRACE_MS: '100',
    });
    await relay.addModel({ baseUrl: vendor.baseUrl });
    const { key } = await relay.createCaller(USD);
    const response = await relay.post(key, { ...HELLO, stream: true });
    await relay.withDatabaseClosed(async () => {
      onFinish();
      await relay.stop();
      expect(await response.text()).toContain('"error"');
    });
    expect(await relay.rows()).toMatchObject([{ state: 'held' }]);
  });
});
