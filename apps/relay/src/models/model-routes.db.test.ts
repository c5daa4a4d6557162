import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { standInVendor, streams, textChunk } from '../testing/stand-in-vendor.ts';
import { startTestRelay } from '../testing/test-relay.ts';

const NOWHERE = 'http://127.0.0.1:9/v1';

describe('the models', () => {
  it('are listed as the clients of each vendor read them', async () => {
    await using relay = await startTestRelay();
    const { key } = await relay.createCaller(0n);
    await relay.addModel({ baseUrl: NOWHERE, modelId: 'acme/one', outputTokensMax: 7, contextTokensMax: 9 });
    const get = async (path: string, headers: Record<string, string>) =>
      (await fetch(`${relay.url}${path}`, { headers })).json();

    expect(await get('/v1/models', { authorization: `Bearer ${key}` })).toMatchObject({
      object: 'list',
      data: [{ id: 'acme/one', object: 'model', created: expect.any(Number), owned_by: 'stand-in' }],
    });
    const anthropic = { 'x-api-key': key, 'anthropic-version': '2023-06-01' };
    const listed = {
      type: 'model',
      id: 'acme/one',
      display_name: 'acme/one',
      created_at: expect.any(String),
    };
    expect(await get('/v1/models', anthropic)).toEqual({
      data: [listed],
      has_more: false,
      first_id: 'acme/one',
      last_id: 'acme/one',
    });
    expect(await get('/v1/models/acme/one', anthropic)).toEqual(listed);
    const google = {
      name: 'models/acme/one',
      version: '1',
      displayName: 'acme/one',
      supportedGenerationMethods: ['generateContent', 'countTokens'],
      inputTokenLimit: 9,
      outputTokenLimit: 7,
    };
    expect(await get('/v1beta/models', { 'x-goog-api-key': key })).toEqual({ models: [google] });
    expect(await get('/v1/models', { 'x-goog-api-key': key })).toEqual({ models: [google] });
    expect(await get(`/v1beta/models/acme/one?key=${key}`, {})).toEqual(google);
  });

  it('that are not there, and keys that are none, are told of in the client’s dialect', async () => {
    await using relay = await startTestRelay();
    const { key } = await relay.createCaller(0n);
    const get = async (path: string, headers: Record<string, string>) => {
      const response = await fetch(`${relay.url}${path}`, { headers });
      return [response.status, await response.json()];
    };

    expect(await get('/v1beta/models/none', { 'x-goog-api-key': key })).toMatchObject([
      404,
      { error: { code: 404, status: 'NOT_FOUND' } },
    ]);
    expect(await get('/v1/models/none', { 'x-api-key': key, 'anthropic-version': 'x' })).toMatchObject([
      404,
      { type: 'error', error: { type: 'not_found_error' } },
    ]);
    expect(await get('/v1/models', { 'x-goog-api-key': 'none' })).toMatchObject([
      401,
      { error: { code: 401, status: 'UNAUTHENTICATED' } },
    ]);
    expect(await get('/v1/models', {})).toMatchObject([401, { error: { code: 'missing_api_key' } }]);
  });
});

it('a model’s vendors are told of with the parameters that each of them takes', async () => {
  await using relay = await startTestRelay();
  const { key } = await relay.createCaller(0n);
  const model = { baseUrl: NOWHERE, modelId: 'acme/one' };
  await relay.addModel({ ...model, vendor: 'one', dialect: 'anthropic-messages' });
  await relay.addModel({ ...model, vendor: 'groq', priority: 1 });
  const get = async (path: string) =>
    (await fetch(`${relay.url}${path}`, { headers: { authorization: `Bearer ${key}` } })).json();

  const { data } = (await get('/v1/models/acme/one/endpoints')) as {
    data: { endpoints: { supported_parameters: string[] }[] };
  };
  const [anthropics, groqs] = data.endpoints.map((endpoint) => endpoint.supported_parameters);
  expect(anthropics).toEqual(expect.arrayContaining(['temperature', 'top_k', 'tools', 'structured_outputs']));
  expect(anthropics).not.toContain('seed');
  expect(groqs).toEqual(expect.arrayContaining(['temperature', 'seed', 'response_format']));
  expect(groqs).not.toContain('top_k');
  expect(await get('/v1/models/acme/one')).toMatchObject({
    supported_parameters: expect.arrayContaining(['top_k', 'seed']),
  });
});

describe('the tokens of a prompt', () => {
  it('are counted beside those that are charged for, however long it takes, and not of any length', async () => {
    await using vendor = await standInVendor(streams(textChunk('one two three')));
    await using relay = await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host });
    await relay.addModel({ baseUrl: vendor.baseUrl });
    const { key } = await relay.createCaller(1_000_000_000n);
    const call = (content: string) => ({ model: 'test/model', messages: [{ role: 'user', content }] });
    const count = (content: string) => relay.post(key, call(content), { path: '/v1/messages/count_tokens' });
    expect((await count('x'.repeat(4_000_001))).status).toBe(413);

    let counted = false;
    const noise = Array.from({ length: 1_000_000 }, (_, i) => String.fromCharCode(33 + ((i * i) % 89)));
    const counting = count(noise.join('')).then((response) => {
      counted = true;
      return response.status;
    });
    await setTimeout(100);
    await (await relay.post(key, { ...call('Hi?'), stream: true })).text();
    expect(await relay.closedRow()).toMatchObject({ usageSource: 'counted', outputTokens: 3 });
    expect(counted).toBe(false);
    expect(await counting).toBe(200);
  }, 30_000);

  it('are counted for nothing, as Anthropic’s and Google’s clients ask for them', async () => {
    await using relay = await startTestRelay();
    const { key } = await relay.createCaller(0n);
    await relay.addModel({ baseUrl: NOWHERE, modelId: 'acme/one' });
    const count = async (path: string, body: unknown) => {
      const response = await relay.post(key, body, { path });
      return [response.status, await response.json()];
    };
    const messages = [{ role: 'user', content: 'one two three' }];
    const contents = [{ role: 'user', parts: [{ text: 'one two three' }] }];

    const anthropic = await count('/v1/messages/count_tokens', { model: 'acme/one', messages });
    expect(anthropic).toEqual([200, { input_tokens: 9 }]);
    for (const body of [{ contents }, { generateContentRequest: { contents } }]) {
      const path = '/v1beta/models/acme/one:countTokens';
      expect(await count(path, body)).toEqual([200, { totalTokens: 9 }]);
    }
    expect(await count('/v1/messages/count_tokens', { model: 'none', messages })).toMatchObject([404, {}]);
    expect(await count('/v1/messages/count_tokens', { model: 'acme/one' })).toMatchObject([
      400,
      { error: { type: 'invalid_request_error' } },
    ]);
    expect(await count('/v1/models/acme/one:embedContent', { contents })).toMatchObject([404, {}]);
    expect(await relay.rows()).toEqual([]);
  });
});
