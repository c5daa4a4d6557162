import { describe, expect, it } from 'vitest';
import {
  answers,
  sse,
  standInVendor,
  streams,
  textChunk,
  DONE,
  type VendorScript,
} from '../testing/stand-in-vendor.ts';
import { startTestRelay, type ModelSpec } from '../testing/test-relay.ts';

const CALL = { model: 'test/model', messages: [{ role: 'user', content: 'hi' }], max_tokens: 50 };
const REPLY = {
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hello.' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 5, completion_tokens: 2 },
};

async function start(script: VendorScript, model: Partial<ModelSpec>) {
  const vendor = await standInVendor(script);
  const relay = await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host });
  const { key } = await relay.createCaller(1_000_000_000n);
  const { channelId } = await relay.addModel({ baseUrl: vendor.baseUrl, ...model });
  return {
    vendor,
    relay,
    key,
    channelId,
    async [Symbol.asyncDispose]() {
      await relay[Symbol.asyncDispose]();
      await vendor[Symbol.asyncDispose]();
    },
  };
}

/** Takes the second key alone. */
const takesSecond =
  (refusal: VendorScript): VendorScript =>
  (response, body, request) =>
    request.headers.authorization === 'Bearer secret-of-key-2'
      ? answers(200, REPLY)(response, body, request)
      : refusal(response, body, request);

const SECRETS = ['secret-of-key-1', 'secret-of-key-2'];

describe('a channel with two keys', () => {
  it.each([
    ['refused', answers(401, { error: { message: 'Who?' } }), 'upstream_key_refused'],
    ['limited', answers(429, { error: { message: 'Later.' } }, { 'retry-after': '60' }), 'rate_limited'],
  ])('serves with the other when one is %s, which then rests', async (_, refusal, outcome) => {
    await using test = await start(takesSecond(refusal), { secrets: SECRETS, region: 'eu' });
    const { vendor, relay, key, channelId } = test;

    for (let i = 0; i < 3; i++) expect((await relay.post(key, CALL)).status).toBe(200);

    expect(vendor.headers.map(({ authorization }) => authorization)).toEqual([
      'Bearer secret-of-key-1',
      'Bearer secret-of-key-2',
      'Bearer secret-of-key-2',
      'Bearer secret-of-key-2',
    ]);
    const [first, second] = await relay.rows();
    expect(first).toMatchObject({
      outcome: 'ok',
      region: 'eu',
      failedAttempts: [{ channelId, outcome }],
    });
    expect(second?.failedAttempts).toBeNull();
  });
});

describe('a limit that a vendor tells of where a reply is due', () => {
  const LIMIT = {
    error: {
      code: 429,
      message: 'Later.',
      status: 'RESOURCE_EXHAUSTED',
      details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '60s' }],
    },
  };
  const said = (text: string, finishReason?: string) =>
    sse({ candidates: [{ index: 0, content: { role: 'model', parts: [{ text }] }, finishReason }] });
  /** The second key is none that was limited. */
  const limits =
    (...pieces: readonly string[]): VendorScript =>
    (response, body, request) =>
      request.headers['x-goog-api-key'] === 'secret-of-key-2'
        ? streams(said('Hello.', 'STOP'))(response, body, request)
        : streams(...pieces)(response, body, request);
  const google = { dialect: 'google-gemini', vendor: 'one', secrets: SECRETS } as const;
  const stream = { ...CALL, stream: true };

  it('rests the key for as long as the vendor says, in the midst of a reply', async () => {
    await using test = await start(limits(said('Hel'), sse(LIMIT)), google);
    const { vendor, relay, key } = test;

    const cut = await (await relay.post(key, stream)).text();
    expect(cut).toContain('"content":"Hel"');
    expect(cut).toContain('"code":"rate_limited"');
    for (let i = 0; i < 2; i++) {
      expect(await (await relay.post(key, stream)).text()).toContain('"content":"Hello."');
    }
    expect(vendor.headers.map((headers) => headers['x-goog-api-key'])).toEqual([
      'secret-of-key-1',
      'secret-of-key-2',
      'secret-of-key-2',
    ]);
    expect((await relay.rows())[0]).toMatchObject({ state: 'settled', outcome: 'rate_limited' });
  });

  it('is not noticed where nothing was sent yet', async () => {
    await using test = await start(limits(sse(LIMIT)), google);
    const { vendor, relay, key } = test;

    expect(await (await relay.post(key, stream)).text()).toContain('"content":"Hello."');
    expect(vendor.calls).toHaveLength(2);
    expect((await relay.rows())[0]).toMatchObject({
      outcome: 'ok',
      failedAttempts: [{ status: 200, outcome: 'rate_limited' }],
    });
  });

  it('is told with the time that the vendor said, where there is no other key', async () => {
    await using test = await start(answers(200, LIMIT), { ...google, secrets: SECRETS.slice(0, 1) });
    const { relay, key } = test;

    const told = await relay.post(key, CALL);
    expect([told.status, told.headers.get('retry-after')]).toEqual([429, '60']);
    const resting = await relay.post(key, CALL);
    expect([resting.status, Number(resting.headers.get('retry-after')) > 50]).toEqual([503, true]);
  });
});

describe('a vendor that speaks of its key or account with status 400', () => {
  const GOOGLES = {
    error: {
      code: 400,
      message: 'API key not valid. Please pass a valid API key.',
      status: 'INVALID_ARGUMENT',
      details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID' }],
    },
  };
  const ANTHROPICS = {
    type: 'error',
    error: {
      type: 'invalid_request_error',
      message: 'Your credit balance is too low to access the Anthropic API.',
    },
  };

  it.each([
    ['Google', 'google-gemini', GOOGLES],
    ['Anthropic', 'anthropic-messages', ANTHROPICS],
  ] as const)('is %s: that is no mistake of the caller’s, and the key rests', async (_, dialect, refusal) => {
    await using test = await start(answers(400, refusal), { dialect, vendor: 'one' });
    const { vendor, relay, key } = test;

    const told = await relay.post(key, CALL);
    const { error } = (await told.json()) as { error: { code: string; message: string } };
    expect([told.status, error.code]).toEqual([502, 'upstream_key_refused']);
    expect(error.message).not.toMatch(/api key not valid|credit balance/i);
    expect((await relay.post(key, CALL)).status).toBe(503);
    expect(vendor.calls).toHaveLength(1);
  });
});

describe('a channel that may have one call under way', () => {
  it('is passed by until it has ended, however it ends', async () => {
    let release = (): void => {};
    const holds: VendorScript = (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(textChunk('one'));
      release = () => response.end(textChunk(' two', 'stop') + DONE);
    };
    await using test = await start(holds, { inFlightMax: 1 });
    const { vendor, relay, key } = test;
    const stream = { ...CALL, stream: true };
    const isFull = async (): Promise<void> => {
      const told = await relay.post(key, CALL);
      expect([told.status, told.headers.get('retry-after')]).toEqual([503, '1']);
      expect(await told.text()).toContain('as many calls under way');
    };

    // Complete.
    const first = await relay.post(key, stream);
    await isFull();
    release();
    expect(await first.text()).toContain('[DONE]');

    // Given up by its client.
    const leaving = new AbortController();
    await relay.post(key, stream, { signal: leaving.signal });
    await isFull();
    leaving.abort();
    await expect
      .poll(async () => (await relay.rows()).map(({ outcome }) => outcome))
      .toContain('client_closed');

    // Refused, broken off, and in the middle of it.
    for (const script of [
      answers(400, { error: { message: 'Bad.' } }),
      answers(500, { error: { message: 'It broke.' } }),
      ((response) => response.destroy()) satisfies VendorScript,
      ((response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.end(sse({ error: { message: 'Late.' } }));
      }) satisfies VendorScript,
    ]) {
      vendor.script = script;
      const calls = vendor.calls.length;
      await (await relay.post(key, stream)).text();
      expect(vendor.calls).toHaveLength(calls + 1);
    }
    vendor.script = answers(200, REPLY);
    expect((await relay.post(key, CALL)).status).toBe(200);
  });
});
