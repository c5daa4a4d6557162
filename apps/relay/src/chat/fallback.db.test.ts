import type { DialectName } from '@weir/dialects/dialect-name';
import { describe, expect, it, vi } from 'vitest';
import {
  answers,
  DONE,
  sse,
  standInVendor,
  streams,
  textChunk,
  usageChunk,
  type VendorScript,
} from '../testing/stand-in-vendor.ts';
import { startTestRelay } from '../testing/test-relay.ts';

const BALANCE = 1_000_000_000n;
const CALL = { model: 'test/model', messages: [{ role: 'user', content: 'hi' }] };
const REPLY = {
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hello.' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 5, completion_tokens: 2 },
};
const BROKEN = answers(500, { error: { message: 'It broke.' } });
const BUSY = answers(429, { error: { message: 'Later.' } }, { 'retry-after': '9' });

/** The row of a call that no vendor was called for. */
const NOBODY = {
  state: 'voided',
  modelId: 'test/model',
  vendor: null,
  channelId: null,
  region: null,
  upstreamModel: null,
  priceId: null,
  upstreamStatus: null,
  failedAttempts: null,
};

async function codeOf(response: Response): Promise<[number, unknown]> {
  const { error } = (await response.json()) as { error: { code: unknown } };
  return [response.status, error.code];
}

async function twoVendors(env: Record<string, string> = {}) {
  const first = await standInVendor(BROKEN);
  const second = await standInVendor(answers(200, REPLY));
  const relay = await startTestRelay({
    WEIR_UPSTREAM_PRIVATE_HOSTS: `${first.host},${second.host}`,
    ...env,
  });
  const { key, accountId } = await relay.createCaller(BALANCE);
  return {
    first,
    second,
    relay,
    key,
    accountId,
    async [Symbol.asyncDispose]() {
      await relay[Symbol.asyncDispose]();
      await first[Symbol.asyncDispose]();
      await second[Symbol.asyncDispose]();
    },
  };
}

describe('a call whose first vendor fails', () => {
  it('is served by the next, which alone is paid; the row tells of both', async () => {
    await using stage = await twoVendors();
    const { first, second, relay, key, accountId } = stage;
    const dearer = { inputNanoUsdPerMtok: 9_000_000n, outputNanoUsdPerMtok: 9_000_000n };
    const { channelId } = await relay.addModel({
      baseUrl: first.baseUrl,
      vendor: 'one',
      priority: 0,
      ...dearer,
    });
    await relay.addModel({ baseUrl: second.baseUrl, vendor: 'two', priority: 1 });

    const response = await relay.post(key, CALL);

    expect([response.status, await response.json()]).toEqual([200, REPLY]);
    expect(await relay.closedRow()).toMatchObject({
      vendor: 'two',
      outcome: 'ok',
      upstreamStatus: 200,
      chargeNanoUsd: 7n,
      failedAttempts: [
        { channelId, vendor: 'one', status: 500, outcome: 'upstream_error', ms: expect.any(Number) },
      ],
    });
    expect(await relay.money(accountId)).toEqual({ balance: BALANCE - 7n, held: 0n });
  });

  it('goes to the next at once, when the first has failed too often,', async () => {
    await using stage = await twoVendors();
    const { first, second, relay, key } = stage;
    await relay.addModel({ baseUrl: first.baseUrl, priority: 0 });
    await relay.addModel({ baseUrl: second.baseUrl, priority: 1 });

    for (let i = 0; i < 8; i++) expect((await relay.post(key, CALL)).status).toBe(200);

    expect(first.calls).toHaveLength(5);
    expect(second.calls).toHaveLength(8);
  });

  it('is not sent to a vendor that said it is busy, and hears when to come again', async () => {
    await using stage = await twoVendors();
    const { first, relay, key } = stage;
    first.script = BUSY;
    await relay.addModel({ baseUrl: first.baseUrl });

    const told = await relay.post(key, CALL);
    expect([told.status, told.headers.get('retry-after')]).toEqual([429, '9']);
    const passed = await relay.post(key, CALL);
    expect(await codeOf(passed)).toEqual([503, 'vendors_resting']);
    expect(Number(passed.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(first.calls).toHaveLength(1);
    expect(await relay.rows()).toMatchObject([
      { state: 'voided', failedAttempts: null, vendor: 'stand-in', upstreamStatus: 429 },
      { ...NOBODY, outcome: 'vendors_resting' },
    ]);
  });

  it.each<[string, DialectName, object, Record<string, string>]>([
    [
      'a date',
      'openai-chat',
      {},
      { 'retry-after': 'Fri, 02 Jan 2026 10:00:37 GMT', date: 'Fri, 02 Jan 2026 10:00:00 GMT' },
    ],
    ['milliseconds', 'openai-chat', {}, { 'retry-after-ms': '36400' }],
    [
      'the body',
      'google-gemini',
      {
        code: 429,
        status: 'RESOURCE_EXHAUSTED',
        details: [
          { '@type': 'type.googleapis.com/google.rpc.Help', links: [] },
          { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '36.4s' },
        ],
      },
      {},
    ],
  ])('hears how long the vendor rests that says so by %s', async (_, dialect, fields, headers) => {
    await using stage = await twoVendors();
    const { first, relay, key } = stage;
    first.script = answers(429, { error: { message: 'Later.', ...fields } }, headers);
    await relay.addModel({ baseUrl: first.baseUrl, dialect });

    const told = await relay.post(key, CALL);
    expect([told.status, told.headers.get('retry-after')]).toEqual([429, '37']);
    const resting = await relay.post(key, CALL);
    expect(await codeOf(resting)).toEqual([503, 'vendors_resting']);
    const waitSeconds = Number(resting.headers.get('retry-after'));
    expect([waitSeconds > 30, waitSeconds <= 37]).toEqual([true, true]);
    expect(first.calls).toHaveLength(1);
  });

  it('is not sent on for a mistake of its own', async () => {
    await using stage = await twoVendors();
    const { first, second, relay, key } = stage;
    first.script = answers(400, { error: { message: 'Bad.' } });
    await relay.addModel({ baseUrl: first.baseUrl, priority: 0 });
    await relay.addModel({ baseUrl: second.baseUrl, priority: 1 });

    for (let i = 0; i < 8; i++) expect((await relay.post(key, CALL)).status).toBe(400);

    expect(first.calls).toHaveLength(8);
    expect(second.calls).toHaveLength(0);
  });

  it('is told of the failure once it has waited for long enough', async () => {
    await using stage = await twoVendors({ WEIR_FALLBACK_BUDGET_MS: '0' });
    const { first, second, relay, key } = stage;
    await relay.addModel({ baseUrl: first.baseUrl, priority: 0 });
    await relay.addModel({ baseUrl: second.baseUrl, priority: 1 });

    expect((await relay.post(key, CALL)).status).toBe(502);
    expect(second.calls).toHaveLength(0);
  });
});

const SILENT: VendorScript = () => {};
const BEGUN_IN_SILENCE: VendorScript = (response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
};
const BREAKS_OFF: VendorScript = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
  response.write('{"choices"', () => response.destroy());
};
const SERVED = [textChunk('Hello.', 'stop'), usageChunk(5, 2), DONE];
const SHORT_SILENCE = { WEIR_UPSTREAM_FIRST_BYTE_TIMEOUT_MS: '150' };

describe('a call whose first vendor accepts it, and of whose reply nothing has gone to the client', () => {
  it.each<[what: string, stream: boolean, script: VendorScript, outcome: string]>([
    ['never answers', false, SILENT, 'upstream_timeout'],
    ['never answers a stream', true, SILENT, 'upstream_timeout'],
    ['begins a stream, and says nothing', true, BEGUN_IN_SILENCE, 'upstream_timeout'],
    ['breaks off its reply', false, BREAKS_OFF, 'upstream_truncated'],
    ['ends a stream that has not begun', true, streams(), 'upstream_truncated'],
    ['answers with an error', false, answers(200, { error: { message: 'No.' } }), 'upstream_error'],
    ['begins a stream with an error', true, streams(sse({ error: { message: 'No.' } })), 'upstream_error'],
    ['answers with what is no reply', false, answers(200, {}), 'upstream_invalid_reply'],
    ['answers a stream with a page', true, answers(200, '<html>'), 'upstream_invalid_reply'],
  ])('is served by the next where the first %s', async (_what, stream, script, outcome) => {
    await using stage = await twoVendors(SHORT_SILENCE);
    const { first, second, relay, key, accountId } = stage;
    first.script = script;
    if (stream) second.script = streams(...SERVED);
    const { channelId } = await relay.addModel({ baseUrl: first.baseUrl, vendor: 'one', priority: 0 });
    await relay.addModel({ baseUrl: second.baseUrl, vendor: 'two', priority: 1 });

    const response = await relay.post(key, { ...CALL, stream });
    expect(response.status).toBe(200);
    const text = await response.text();
    if (stream) expect(text).toBe(SERVED[0] + DONE);
    else expect(JSON.parse(text)).toEqual(REPLY);

    const row = await relay.closedRow();
    expect(row).toMatchObject({
      vendor: 'two',
      outcome: 'ok',
      failedAttempts: [{ channelId, vendor: 'one', outcome }],
    });
    const waitedMs = row.failedAttempts?.[0]?.ms ?? NaN;
    expect((row.upstreamMs ?? NaN) + waitedMs).toBeLessThanOrEqual((row.latencyMs ?? NaN) + 2);
    expect(await relay.money(accountId)).toEqual({ balance: BALANCE - 7n, held: 0n });
  });

  it('is not tried elsewhere once something of a reply has gone out', async () => {
    await using stage = await twoVendors(SHORT_SILENCE);
    const { first, second, relay, key } = stage;
    first.script = streams(textChunk('Hel'));
    await relay.addModel({ baseUrl: first.baseUrl, vendor: 'one', priority: 0 });
    await relay.addModel({ baseUrl: second.baseUrl, vendor: 'two', priority: 1 });

    const text = await (await relay.post(key, { ...CALL, stream: true })).text();
    expect([text.startsWith(textChunk('Hel')), text.includes('upstream_truncated')]).toEqual([true, true]);
    expect(second.calls).toEqual([]);
    expect(await relay.closedRow()).toMatchObject({ vendor: 'one', failedAttempts: null });
  });

  it('tells how long the last one took, where all of them fail', async () => {
    await using stage = await twoVendors(SHORT_SILENCE);
    const { first, second, relay, key } = stage;
    for (const vendor of [first, second]) vendor.script = SILENT;
    await relay.addModel({ baseUrl: first.baseUrl, vendor: 'one', priority: 0 });
    await relay.addModel({ baseUrl: second.baseUrl, vendor: 'two', priority: 1 });

    expect(await codeOf(await relay.post(key, CALL))).toEqual([504, 'upstream_timeout']);
    const row = await relay.closedRow();
    expect(row).toMatchObject({ vendor: 'two', upstreamStatus: null, failedAttempts: [{ vendor: 'one' }] });
    for (const ms of [row.upstreamMs, row.failedAttempts?.[0]?.ms]) expect(ms).toBeGreaterThanOrEqual(149);
  });

  it('closes the first off, though it accepts every call', async () => {
    await using stage = await twoVendors();
    const { first, second, relay, key } = stage;
    first.script = answers(200, {});
    await relay.addModel({ baseUrl: first.baseUrl, priority: 0 });
    await relay.addModel({ baseUrl: second.baseUrl, priority: 1 });

    for (let i = 0; i < 8; i++) expect((await relay.post(key, CALL)).status).toBe(200);
    expect([first.calls.length, second.calls.length]).toEqual([5, 8]);
  });
});

describe('a call that nobody is called for names no vendor', () => {
  it('where all have as many calls under way as they may', async () => {
    await using stage = await twoVendors();
    const { first, relay, key } = stage;
    const { promise: release, resolve: onRelease } = Promise.withResolvers<void>();
    first.script = async (...call) => {
      await release;
      answers(200, REPLY)(...call);
    };
    await relay.addModel({ baseUrl: first.baseUrl, region: 'eu', inFlightMax: 1 });
    const running = relay.post(key, CALL);
    await vi.waitFor(() => expect(first.calls).toHaveLength(1));

    expect(await codeOf(await relay.post(key, CALL))).toEqual([503, 'vendors_full']);

    onRelease();
    expect((await running).status).toBe(200);
    expect(await relay.rows()).toMatchObject([
      { outcome: 'ok', vendor: 'stand-in', region: 'eu' },
      { ...NOBODY, outcome: 'vendors_full' },
    ]);
  });

  it('where none has words for it', async () => {
    await using stage = await twoVendors();
    const { first, relay, key } = stage;
    await relay.addModel({ baseUrl: first.baseUrl, dialect: 'anthropic-messages', region: 'eu' });

    expect(await codeOf(await relay.post(key, { ...CALL, seed: 1 }))).toEqual([400, 'invalid_request']);

    expect(first.calls).toEqual([]);
    expect(await relay.closedRow()).toMatchObject({ ...NOBODY, outcome: 'invalid_request' });
  });
});
