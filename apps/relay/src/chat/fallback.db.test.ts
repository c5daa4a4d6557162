import type { DialectName } from '@weir/dialects/dialect-name';
import { describe, expect, it, vi } from 'vitest';
import { answers, standInVendor } from '../testing/stand-in-vendor.ts';
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

async function twoVendors() {
  const first = await standInVendor(BROKEN);
  const second = await standInVendor(answers(200, REPLY));
  const relay = await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: `${first.host},${second.host}` });
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
    await using first = await standInVendor(BROKEN);
    await using second = await standInVendor(answers(200, REPLY));
    await using relay = await startTestRelay({
      WEIR_UPSTREAM_PRIVATE_HOSTS: `${first.host},${second.host}`,
      WEIR_FALLBACK_BUDGET_MS: '0',
    });
    const { key } = await relay.createCaller(BALANCE);
    await relay.addModel({ baseUrl: first.baseUrl, priority: 0 });
    await relay.addModel({ baseUrl: second.baseUrl, priority: 1 });

    expect((await relay.post(key, CALL)).status).toBe(502);
    expect(second.calls).toHaveLength(0);
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
