import { newApiKey } from '@weir/core/api-key';
import { apiKeys, channels } from '@weir/db/schema';
import { eq } from 'drizzle-orm';
import { describe, expect, it, vi } from 'vitest';
import { answers, DONE, standInVendor, streams, textChunk, usageChunk } from './testing/stand-in-vendor.ts';
import { startTestRelay } from './testing/test-relay.ts';

const USD = 1_000_000_000n;
const HELLO = { model: 'test/model', messages: [{ role: 'user', content: 'hello' }] };
const REPLY = {
  object: 'chat.completion',
  choices: [{ index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 10, completion_tokens: 90 },
};

async function errorOf(response: Response) {
  const { error } = (await response.json()) as {
    error: { code: string; param: string | null; message: string };
  };
  return { ...error, status: response.status };
}

describe('a call that can not be admitted', () => {
  it('is refused in OpenAI’s shape, with words on what to do, and costs nothing', async () => {
    await using vendor = await standInVendor(answers(200, REPLY));
    await using relay = await startTestRelay({
      WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host,
      WEIR_BODY_BYTES_MAX: '2000',
    });
    await relay.addModel({ baseUrl: vendor.baseUrl });
    const { key } = await relay.createCaller(USD);
    const changed = `${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`;

    const refusals = {
      noKey: await relay.post('', HELLO, { headers: { 'content-type': 'application/json' } }),
      malformedKey: await relay.post(changed, HELLO),
      unknownKey: await relay.post(newApiKey(), HELLO),
      badJson: await relay.post(key, '{"model":'),
      noObject: await relay.post(key, '[]'),
      noMessages: await relay.post(key, { model: 'test/model' }),
      badLimit: await relay.post(key, { ...HELLO, max_tokens: 0 }),
      unknownModel: await relay.post(key, { ...HELLO, model: 'test/other' }),
      tooLarge: await relay.post(key, { ...HELLO, extra: 'x'.repeat(2000) }),
    };
    const seen = Object.fromEntries(
      await Promise.all(
        Object.entries(refusals).map(async ([name, response]) => {
          expect(response.headers.get('x-request-id'), name).toMatch(/^req_/);
          const { status, code, param, message } = await errorOf(response);
          expect(message, name).toMatch(/\.$/);
          return [name, { status, code, param }] as const;
        }),
      ),
    );
    expect(seen).toEqual({
      noKey: { status: 401, code: 'missing_api_key', param: null },
      malformedKey: { status: 401, code: 'invalid_api_key', param: null },
      unknownKey: { status: 401, code: 'invalid_api_key', param: null },
      badJson: { status: 400, code: 'invalid_request', param: null },
      noObject: { status: 400, code: 'invalid_request', param: null },
      noMessages: { status: 400, code: 'invalid_request', param: 'messages' },
      badLimit: { status: 400, code: 'invalid_request', param: 'max_tokens' },
      unknownModel: { status: 404, code: 'model_not_found', param: 'model' },
      tooLarge: { status: 413, code: 'request_too_large', param: null },
    });
    expect(vendor.calls).toEqual([]);
    expect(await relay.rows()).toEqual([]);
  });

  it('takes a body that curl calls a form', async () => {
    await using vendor = await standInVendor(answers(200, REPLY));
    await using relay = await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host });
    await relay.addModel({ baseUrl: vendor.baseUrl });
    const { key } = await relay.createCaller(USD);
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/x-www-form-urlencoded' };
    expect((await relay.post(key, HELLO, { headers })).status).toBe(200);
  });

  it('for want of credit names the hold, the balance, and the max_tokens that fit', async () => {
    await using vendor = await standInVendor(answers(200, REPLY));
    await using relay = await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host });
    await relay.addModel({
      baseUrl: vendor.baseUrl,
      inputNanoUsdPerMtok: 0n,
      outputNanoUsdPerMtok: 1_000_000n,
    });
    const { key } = await relay.createCaller(500n);

    const refused = await errorOf(await relay.post(key, { ...HELLO, max_tokens: 501 }));
    expect(refused).toMatchObject({
      status: 402,
      code: 'insufficient_credit',
      type: 'insufficient_quota',
      message: expect.stringMatching(/0\.000000501 USD.*0\.0000005 USD.*max_tokens to 500/),
      details: { holdNanoUsd: '501', availableNanoUsd: '500', maxTokensThatFit: 500 },
    });
    expect(await relay.rows()).toEqual([]);
    expect((await relay.post(key, { ...HELLO, max_tokens: 500 })).status).toBe(200);
  });
});

describe('a key', () => {
  it('that is revoked, or has expired, is refused within a second', async () => {
    await using vendor = await standInVendor(answers(200, REPLY));
    await using relay = await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host });
    await relay.addModel({ baseUrl: vendor.baseUrl });
    const { key, keyId } = await relay.createCaller(USD);
    expect((await relay.post(key, HELLO)).status).toBe(200);

    await relay.db.update(apiKeys).set({ expiresAt: new Date() }).where(eq(apiKeys.id, keyId));
    const refusal = async (code: string) =>
      vi.waitFor(
        async () => expect(await errorOf(await relay.post(key, HELLO))).toMatchObject({ status: 401, code }),
        {
          timeout: 1_000,
          interval: 10,
        },
      );
    await refusal('api_key_expired');
    await relay.db.update(apiKeys).set({ revokedAt: new Date() }).where(eq(apiKeys.id, keyId));
    await refusal('api_key_revoked');
  });
});

describe('64 callers on a balance for 10', () => {
  it.each([false, true])('never overdraw it (streamed: %s)', async (stream) => {
    await using vendor = await standInVendor((response, body, request) => {
      const reply = stream ? streams(textChunk('hi'), usageChunk(10, 90), DONE) : answers(200, REPLY);
      setImmediate(() => reply(response, body, request));
    });
    await using relay = await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host });
    await relay.addModel({
      baseUrl: vendor.baseUrl,
      inputNanoUsdPerMtok: 0n,
      outputNanoUsdPerMtok: 1_000_000n,
    });
    const { key, accountId } = await relay.createCaller(900n);

    const responses = await Promise.all(
      Array.from({ length: 64 }, () => relay.post(key, { ...HELLO, stream, max_tokens: 90 })),
    );
    const statuses = responses.map((response) => response.status);
    await Promise.all(responses.map((response) => response.text()));
    expect(statuses.filter((status) => status === 200)).toHaveLength(10);
    expect(statuses.filter((status) => status === 402)).toHaveLength(54);
    expect(await relay.money(accountId)).toEqual({ balance: 0n, held: 0n });
    expect(vendor.calls).toHaveLength(10);
  });
});

describe('a vendor’s refusal', () => {
  it.each([
    [
      400,
      {
        error: { message: 'Unknown field foo, see https://vendor.test/x for sk-abcdef123456', param: 'foo' },
      },
      400,
      'invalid_request',
    ],
    [401, { error: { message: 'bad key sk-abcdef123456 of org-abcdef123' } }, 502, 'upstream_key_refused'],
    [404, { error: { message: 'no such deployment' } }, 502, 'upstream_error'],
    [429, { error: { message: 'slow down, org-abcdef123' } }, 429, 'rate_limited'],
    [500, 'boom', 502, 'upstream_error'],
    [503, 'busy', 502, 'upstream_error'],
    [302, '', 502, 'upstream_error'],
    [200, '<html>', 502, 'upstream_invalid_reply'],
  ])(
    'of %i becomes an error of ours that gives nothing of the operator away',
    async (status, body, ours, code) => {
      await using vendor = await standInVendor(
        answers(status, body, { 'retry-after': '7', location: 'http://127.0.0.1:1/' }),
      );
      await using relay = await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host });
      await relay.addModel({ baseUrl: vendor.baseUrl });
      const { key, accountId } = await relay.createCaller(USD);
      const response = await relay.post(key, HELLO);
      expect(response.headers.get('retry-after')).toBe(status === 429 || status === 503 ? '7' : null);
      const error = await errorOf(response);
      expect(error).toMatchObject({ status: ours, code });
      expect(JSON.stringify(error)).not.toMatch(/sk-abc|org-abc|vendor\.test/);
      expect(await relay.closedRow()).toMatchObject({
        state: 'voided',
        outcome: code,
        chargeNanoUsd: 0n,
        upstreamStatus: status,
      });
      expect(await relay.money(accountId)).toEqual({ balance: USD, held: 0n });
    },
  );

  it('that another channel may not share is answered by that other channel', async () => {
    await using down = await standInVendor(answers(500, 'boom'));
    await using up = await standInVendor(answers(200, REPLY));
    await using relay = await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: `${down.host},${up.host}` });
    await relay.addModel({ baseUrl: down.baseUrl, vendor: 'first' });
    await relay.addModel({ baseUrl: up.baseUrl, vendor: 'second', priority: 1 });
    const { key } = await relay.createCaller(USD);
    await vi.waitFor(async () => {
      expect((await relay.post(key, HELLO)).status).toBe(200);
    });
    expect(down.calls.length).toBeGreaterThan(0);
    expect((await relay.rows()).at(-1)).toMatchObject({ state: 'settled', vendor: 'second' });
  });
});

describe('an upstream at a private address', () => {
  it.each([
    'http://127.0.0.1:9/v1',
    'https://127.0.0.1:9/v1',
    'https://localhost:9/v1',
    'https://0.0.0.0:9/v1',
    'https://[::ffff:10.0.0.1]:9/v1',
    'https://169.254.169.254/v1',
    'http://example.com/v1',
  ])('is refused unless it is named: %s', async (baseUrl) => {
    await using relay = await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: 'other.internal,127.0.0.1:10' });
    await relay.addModel({ baseUrl });
    const { key } = await relay.createCaller(USD);
    expect(await errorOf(await relay.post(key, HELLO))).toMatchObject({
      status: 502,
      code: 'upstream_unreachable',
    });
    expect(relay.logLines.join('')).toContain('WEIR_UPSTREAM_PRIVATE_HOSTS');
  });
});

describe('a vendor that answers with a redirect', () => {
  it.each([301, 302, 307, 308])('of %i is not followed: where it leads is never called', async (status) => {
    await using elsewhere = await standInVendor(answers(200, {}));
    const location = `${elsewhere.baseUrl}/chat/completions`;
    await using vendor = await standInVendor(answers(status, '', { location }));
    await using relay = await startTestRelay({
      WEIR_UPSTREAM_PRIVATE_HOSTS: `${vendor.host},${elsewhere.host}`,
    });
    await relay.addModel({ baseUrl: vendor.baseUrl });
    const { key } = await relay.createCaller(USD);

    const told = await relay.post(key, HELLO);
    expect(told.headers.get('location')).toBeNull();
    expect(await errorOf(told)).toMatchObject({ status: 502, code: 'upstream_error' });
    expect([vendor.raw.length, elsewhere.raw.length]).toEqual([1, 0]);
  });
});

describe('the log', () => {
  it('holds no word of a prompt, a reply, a key or a vendor’s secret', async () => {
    await using vendor = await standInVendor(
      streams(textChunk('CANARY-REPLY'), textChunk('', 'stop'), usageChunk(3, 3), DONE),
    );
    await using relay = await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host });
    await relay.addModel({ baseUrl: vendor.baseUrl });
    const { key } = await relay.createCaller(USD);
    const call = {
      model: 'test/model',
      messages: [{ role: 'user', content: 'CANARY-PROMPT' }],
      stream: true,
    };
    expect(await (await relay.post(key, call)).text()).toContain('CANARY-REPLY');
    vendor.script = answers(400, { error: { message: 'I did not like CANARY-PROMPT' } });
    expect(await (await relay.post(key, call)).text()).toContain('CANARY-PROMPT');
    vendor.script = answers(500, 'CANARY-REPLY');
    await relay.post(key, call);
    await relay.post(key, '{"messages": "CANARY-PROMPT"');
    await relay.post(key, { ...call, model: 'CANARY-PROMPT' });

    const log = relay.logLines.join('');
    expect(log).toContain('"outcome":"ok"');
    expect(log).not.toMatch(/CANARY|vendor-secret|sk-weir-/);
  });
});

describe('the models', () => {
  it('are listed as OpenAI lists them, to holders of a key', async () => {
    await using relay = await startTestRelay();
    const { modelId, channelId } = await relay.addModel({
      baseUrl: 'https://example.com/v1',
      modelId: 'maker/model-1',
    });
    const { key } = await relay.createCaller(0n);
    const get = (path: string, bearer = key) =>
      fetch(relay.url + path, { headers: { authorization: `Bearer ${bearer}` } });

    const model = { id: modelId, object: 'model', created: expect.any(Number), owned_by: 'stand-in' };
    expect(await (await get('/v1/models')).json()).toMatchObject({ object: 'list', data: [model] });
    expect(await (await get('/v1/models/maker/model-1')).json()).toMatchObject(model);
    expect(await errorOf(await get('/v1/models/maker/model-2'))).toMatchObject({
      status: 404,
      code: 'model_not_found',
    });
    expect((await get('/v1/models', newApiKey())).status).toBe(401);

    await relay.db.update(channels).set({ enabled: false }).where(eq(channels.id, channelId));
    await vi.waitFor(async () => expect(await (await get('/v1/models')).json()).toMatchObject({ data: [] }), {
      timeout: 1_000,
    });
  });
});

describe('the server', () => {
  it('says that it is up and ready, and what it does not have', async () => {
    await using relay = await startTestRelay();
    expect((await fetch(`${relay.url}/healthz`)).status).toBe(200);
    expect((await fetch(`${relay.url}/readyz`)).status).toBe(200);
    expect(await errorOf(await fetch(`${relay.url}/v2/x`))).toMatchObject({ status: 404, code: 'not_found' });
  });

  it('that is told to stop ends running streams with an error, and settles them', async () => {
    await using vendor = await standInVendor((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(textChunk('one two three'));
    });
    await using relay = await startTestRelay({
      WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host,
      WEIR_DRAIN_TIMEOUT_MS: '0',
    });
    await relay.addModel({ baseUrl: vendor.baseUrl });
    const { key } = await relay.createCaller(USD);
    const response = await relay.post(key, { ...HELLO, stream: true });
    const [text] = await Promise.all([response.text(), relay.stop()]);
    expect(text).toContain('"code":"service_unavailable"');
    expect(await relay.rows()).toMatchObject([
      { state: 'settled', outcome: 'service_unavailable', outputTokens: 3 },
    ]);
  });
});
