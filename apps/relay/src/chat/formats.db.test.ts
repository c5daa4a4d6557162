import { describe, expect, it } from 'vitest';
import { answers, DONE, sse, standInVendor, streams, usageChunk } from '../testing/stand-in-vendor.ts';
import { startTestRelay } from '../testing/test-relay.ts';

const MTOK = 1_000_000n;
const BALANCE = 1_000_000_000n;
const CHAT = { model: 'test/model', messages: [{ role: 'user', content: 'hi' }] };

describe('embeddings', () => {
  const VECTORS = {
    object: 'list',
    data: [{ object: 'embedding', index: 0, embedding: [0.1, -0.2] }],
    model: 'upstream-model',
    usage: { prompt_tokens: 8, total_tokens: 8 },
  };
  const path = '/v1/embeddings';

  it('pass through, and cost what went in', async () => {
    await using vendor = await standInVendor(answers(200, VECTORS));
    await using relay = await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host });
    const { key, accountId } = await relay.createCaller(BALANCE);
    await relay.addModel({ baseUrl: vendor.baseUrl, inputNanoUsdPerMtok: 5n * MTOK });

    const body = { model: 'test/model', input: ['one text', 'another'], dimensions: 2 };
    const response = await relay.post(key, body, { path });

    expect(response.status).toBe(200);
    expect(await response.json()).toEqual(VECTORS);
    expect(vendor.urls).toEqual(['/v1/embeddings']);
    expect(vendor.calls).toEqual([{ ...body, model: 'upstream-model' }]);
    expect(await relay.closedRow()).toMatchObject({
      dialect: 'openai-embeddings',
      state: 'settled',
      outcome: 'ok',
      inputTokens: 8,
      outputTokens: 0,
      usageSource: 'vendor',
      chargeNanoUsd: 40n,
    });
    expect(await relay.money(accountId)).toEqual({ balance: BALANCE - 40n, held: 0n });
  });

  it('have the id that Mistral’s own client wants', async () => {
    await using vendor = await standInVendor(answers(200, VECTORS));
    await using relay = await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host });
    const { key } = await relay.createCaller(BALANCE);
    await relay.addModel({ baseUrl: vendor.baseUrl });

    const headers = { authorization: `Bearer ${key}`, 'user-agent': 'mistral-client-typescript/2.7.0' };
    const reply = await relay.post(key, { model: 'test/model', input: 'one text' }, { path, headers });

    const { id } = await relay.closedRow();
    expect(await reply.json()).toEqual({ id, ...VECTORS });
  });

  it('are counted where the vendor says nothing of what they cost', async () => {
    const { usage: _, ...silent } = VECTORS;
    await using vendor = await standInVendor(answers(200, silent));
    await using relay = await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host });
    const { key } = await relay.createCaller(BALANCE);
    await relay.addModel({ baseUrl: vendor.baseUrl });

    const tokens = { model: 'test/model', input: [[1, 2, 3], [4]] };
    expect((await relay.post(key, tokens, { path })).status).toBe(200);

    expect(await relay.closedRow()).toMatchObject({ inputTokens: 4, usageSource: 'counted' });
  });

  it('are refused where they are malformed, or the vendor of the model makes none', async () => {
    await using vendor = await standInVendor(answers(200, VECTORS));
    await using relay = await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host });
    const { key } = await relay.createCaller(BALANCE);
    await relay.addModel({ baseUrl: vendor.baseUrl, dialect: 'anthropic-messages' });

    const malformed = await relay.post(key, { model: 'test/model', input: [] }, { path });
    expect([malformed.status, await malformed.json()]).toMatchObject([400, { error: { param: 'input' } }]);
    const elsewhere = await relay.post(key, { model: 'test/model', input: 'x' }, { path });
    expect([elsewhere.status, await elsewhere.json()]).toMatchObject([400, { error: { param: 'model' } }]);
    expect(vendor.calls).toEqual([]);
    expect(await relay.closedRow()).toMatchObject({ state: 'voided', outcome: 'invalid_request' });
  });
});

describe('completions', () => {
  const path = '/v1/completions';
  const chunk = (text: string, finishReason: string | null = null) =>
    sse({ object: 'text_completion', choices: [{ text, index: 0, finish_reason: finishReason }] });
  const USAGE = sse({
    object: 'text_completion',
    choices: [],
    usage: { prompt_tokens: 3, completion_tokens: 2 },
  });

  it('pass through with the limit that was held for', async () => {
    const reply = {
      object: 'text_completion',
      choices: [{ text: 'of time', index: 0, finish_reason: 'length' }],
      usage: { prompt_tokens: 4, completion_tokens: 2 },
    };
    await using vendor = await standInVendor(answers(200, reply));
    await using relay = await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host });
    const { key } = await relay.createCaller(BALANCE);
    await relay.addModel({ baseUrl: vendor.baseUrl });

    const response = await relay.post(key, { model: 'test/model', prompt: 'Once upon' }, { path });

    expect(await response.json()).toEqual(reply);
    expect(vendor.calls).toEqual([{ model: 'upstream-model', prompt: 'Once upon', max_tokens: 16 }]);
    expect(await relay.closedRow()).toMatchObject({
      dialect: 'openai-completions',
      inputTokens: 4,
      outputTokens: 2,
      finishReason: 'length',
      chargeNanoUsd: 6n,
    });
  });

  it('stream, and keep the usage to themselves unless it was asked for', async () => {
    await using vendor = await standInVendor(streams(chunk('a'), chunk('b', 'stop'), USAGE, DONE));
    await using relay = await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host });
    const { key } = await relay.createCaller(BALANCE);
    await relay.addModel({ baseUrl: vendor.baseUrl });

    const body = { model: 'test/model', prompt: 'x', stream: true };
    const response = await relay.post(key, body, { path });

    expect(await response.text()).toBe(chunk('a') + chunk('b', 'stop') + DONE);
    expect(vendor.calls[0]?.stream_options).toEqual({ include_usage: true });
    expect(await relay.closedRow()).toMatchObject({ outcome: 'ok', chargeNanoUsd: 5n, finishReason: 'stop' });
  });

  it('that break off are charged for what came', async () => {
    await using vendor = await standInVendor(streams(chunk('one two three')));
    await using relay = await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host });
    const { key } = await relay.createCaller(BALANCE);
    await relay.addModel({ baseUrl: vendor.baseUrl });

    const body = { model: 'test/model', prompt: 'x', stream: true };
    expect(await (await relay.post(key, body, { path })).text()).toContain('upstream_truncated');

    expect(await relay.closedRow()).toMatchObject({ outcome: 'upstream_truncated', outputTokens: 3 });
  });
});

describe('a key', () => {
  it('is taken wherever the client of one vendor or another puts it, and never logged', async () => {
    const reply = {
      choices: [{ message: { content: 'x' } }],
      usage: { prompt_tokens: 1, completion_tokens: 1 },
    };
    await using vendor = await standInVendor(answers(200, reply));
    await using relay = await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host });
    const { key } = await relay.createCaller(BALANCE);
    await relay.addModel({ baseUrl: vendor.baseUrl });
    const send = async (headers: Record<string, string>, query = '') => {
      const url = `${relay.url}/v1/chat/completions${query}`;
      return (await fetch(url, { method: 'POST', headers, body: JSON.stringify(CHAT) })).status;
    };

    expect(await send({ authorization: `Bearer ${key}` })).toBe(200);
    expect(await send({ 'x-api-key': key })).toBe(200);
    expect(await send({ 'x-goog-api-key': key })).toBe(200);
    expect(await send({}, `?key=${key}`)).toBe(200);
    expect(await send({})).toBe(401);
    expect(await send({ 'x-api-key': `${key}x` }, `?key=${key}x`)).toBe(401);
    expect(relay.logLines.join('')).not.toContain(key);
  });

  it.each([
    ['/v1/chat/completions', 'Authorization: Bearer sk-weir-…'],
    ['/v1/embeddings', 'Authorization: Bearer sk-weir-…'],
    ['/v1/responses', 'Authorization: Bearer sk-weir-…'],
    ['/v1/messages', 'x-api-key: sk-weir-…'],
    ['/v1/messages/count_tokens', 'x-api-key: sk-weir-…'],
    ['/v1beta/models/m:generateContent', 'x-goog-api-key: sk-weir-…'],
    ['/v1beta/models/m:countTokens', 'x-goog-api-key: sk-weir-…'],
  ])(
    'that is missing or none is asked for in the header of the endpoint’s clients: %s',
    async (path, header) => {
      await using relay = await startTestRelay();
      const send = async (headers: Record<string, string>) =>
        (await fetch(`${relay.url}${path}`, { method: 'POST', headers, body: '{}' })).text();
      expect(await send({})).toContain(`Send it as \`${header}\``);
      expect(await send({ authorization: 'Bearer none' })).toContain(`Send it as \`${header}\``);
    },
  );
});

describe('a stream of chat completions', () => {
  const NULLS = sse({ choices: [{ index: 0, delta: { content: 'a' } }], usage: null });
  const CALLED = sse({
    choices: [{ index: 0, delta: { tool_calls: [{ index: 0, function: { arguments: '{}' } }] } }],
    usage: null,
  });

  it('passes as it is, or as Mistral’s own client takes it: without nulls, and with the usage beside a choice', async () => {
    await using vendor = await standInVendor(streams(NULLS, CALLED, usageChunk(5, 2), DONE));
    await using relay = await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host });
    const { key } = await relay.createCaller(BALANCE);
    await relay.addModel({ baseUrl: vendor.baseUrl });
    const text = async (client: string, more: object = {}) => {
      const headers = { authorization: `Bearer ${key}`, 'user-agent': client };
      return (await relay.post(key, { ...CHAT, stream: true, ...more }, { headers })).text();
    };
    const mistral = 'mistral-client-typescript/2.3.1';

    expect(await text('OpenAI/JS 7')).toBe(NULLS + CALLED + DONE);
    const named = CALLED.replace('{"arguments"', '{"name":"","arguments"');
    const nothing = '"choices":[{"index":0,"delta":{"content":""},"finish_reason":null}]';
    const usage = usageChunk(5, 2).replace('"choices":[]', nothing);
    const told = (NULLS + named).replaceAll(',"usage":null', '') + usage + DONE;
    expect(await text(mistral)).toBe(told);
    expect(await text(mistral, { stream_options: { include_usage: true } })).toBe(told);
  });

  it('names the tool in each piece of a call for Mistral’s own client, which wants it', async () => {
    await using vendor = await standInVendor(streams(NULLS, CALLED, DONE));
    await using relay = await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host });
    const { key } = await relay.createCaller(BALANCE);
    await relay.addModel({ baseUrl: vendor.baseUrl });

    const headers = {
      authorization: `Bearer ${key}`,
      'user-agent': 'mistral-client-typescript/2.7.0',
    };
    const response = await relay.post(key, { ...CHAT, stream: true }, { headers });

    expect(await response.text()).toContain('"function":{"name":"","arguments":"{}"}');
  });
});
