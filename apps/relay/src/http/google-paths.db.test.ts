import { describe, expect, it } from 'vitest';
import { answers, sse, standInVendor, streams, type VendorScript } from '../testing/stand-in-vendor.ts';
import { startTestRelay } from '../testing/test-relay.ts';

const USD = 1_000_000_000n;
const BODY = { contents: [{ role: 'user', parts: [{ text: 'hi' }] }] };
const REPLY = {
  candidates: [{ index: 0, content: { role: 'model', parts: [{ text: 'Hello.' }] }, finishReason: 'STOP' }],
  usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 2, totalTokenCount: 7 },
};

const google: VendorScript = (response, body, request) =>
  request.url?.includes(':streamGenerateContent')
    ? streams(sse(REPLY))(response, body, request)
    : answers(200, REPLY)(response, body, request);

async function start() {
  const vendor = await standInVendor(google);
  const relay = await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host });
  await relay.addModel({ baseUrl: vendor.baseUrl, dialect: 'google-gemini' });
  const { key } = await relay.createCaller(USD);
  return {
    vendor,
    relay,
    key,
    /** As Google's clients do without their header. */
    post: (path: string, body: unknown = BODY) =>
      relay.post(key, body, { path, headers: { 'content-type': 'application/json' } }),
    async [Symbol.asyncDispose]() {
      await relay[Symbol.asyncDispose]();
      await vendor[Symbol.asyncDispose]();
    },
  };
}

describe.each(['/v1', '/v1beta'])('Google’s paths below %s', (version) => {
  it('take calls, streams of both framings and counts, with the key in the header or in the address', async () => {
    await using stage = await start();
    const { relay, key } = stage;
    const model = `${version}/models/test/model`;

    const reply = await stage.post(`${model}:generateContent?key=${key}`);
    expect([reply.status, await reply.json()]).toEqual([200, REPLY]);
    const events = await stage.post(`${model}:streamGenerateContent?alt=sse&key=${key}`);
    expect([events.headers.get('content-type'), await events.text()]).toEqual([
      expect.stringContaining('text/event-stream'),
      `data: ${JSON.stringify(REPLY)}\n\n`,
    ]);
    const array = await stage.post(`${model}:streamGenerateContent?key=${key}`);
    expect([array.headers.get('content-type'), await array.json()]).toEqual([
      expect.stringContaining('application/json'),
      [REPLY],
    ]);
    const count = await stage.post(`${model}:countTokens?key=${key}`);
    expect([count.status, await count.json()]).toEqual([200, { totalTokens: expect.any(Number) }]);

    const headers = { 'x-goog-api-key': key, 'content-type': 'application/json' };
    for (const method of ['generateContent', 'streamGenerateContent', 'countTokens']) {
      const path = `${model}:${method}`;
      expect([method, (await relay.post(key, BODY, { path, headers })).status]).toEqual([method, 200]);
      expect((await stage.post(path)).status).toBe(401);
    }
  });
});

it('a key in an address is in no line of the log, and in no answer, whatever becomes of the call', async () => {
  await using stage = await start();
  const { vendor, relay, key } = stage;
  const told: (readonly [number, string])[] = [];
  const note = async (asked: Promise<Response>): Promise<void> => {
    const reply = await asked;
    told.push([reply.status, await reply.text()]);
  };
  const call = `/v1beta/models/test/model:generateContent?key=${key}`;

  await note(stage.post(call));
  await note(stage.post(`/v1/models/test/model:streamGenerateContent?key=${key}`));
  await note(stage.post(`/v1beta/models/test/model:countTokens?key=${key}`));
  await note(stage.post(call, '{"contents": '));
  await note(stage.post(`/v1beta/models/none:generateContent?key=${key}`));
  await note(stage.post(`/v1beta/models/%zz:generateContent?key=${key}`));
  await note(stage.post(`/v1beta/models/%zz:countTokens?key=${key}`));
  await note(fetch(`${relay.url}/v1beta/models/%zz?key=${key}`));
  await note(fetch(`${relay.url}/v1beta/none?key=${key}`));
  vendor.script = answers(400, { error: { code: 400, message: 'Bad.', status: 'INVALID_ARGUMENT' } });
  await note(stage.post(call));
  vendor.script = answers(500, 'It broke.');
  await note(stage.post(call));
  vendor.script = (response) => response.destroy();
  await note(stage.post(call));

  expect(told.map(([status]) => status)).toEqual([
    200, 200, 200, 400, 404, 404, 400, 400, 404, 400, 502, 502,
  ]);
  expect(told.map(([, text]) => text).join('')).not.toContain(key);
  const log = relay.logLines.join('');
  expect(log).toContain('"outcome":"ok"');
  expect(log).not.toContain(key);
});
