import { describe, expect, it } from 'vitest';
import {
  answers,
  DONE,
  sse,
  standInVendor,
  streams,
  textChunk,
  usageChunk,
} from '../testing/stand-in-vendor.ts';
import { startTestRelay } from '../testing/test-relay.ts';

const BALANCE = 1_000_000_000n;
const QUESTION = { role: 'user', content: 'Hi?' };
const named = (type: string, more: object = {}) => `event: ${type}\n${sse({ type, ...more })}`;

const ANTHROPIC = { path: '/v1/messages' };
const ANTHROPIC_CALL = { model: 'test/model', max_tokens: 100, messages: [QUESTION] };
const GOOGLE_CALL = { contents: [{ role: 'user', parts: [{ text: 'Hi?' }] }] };
const google = (method: string) => ({ path: `/v1beta/models/test/model:${method}` });

const events = (text: string) =>
  text
    .split('\n\n')
    .filter((event) => event.includes('data: {'))
    .map((event) => JSON.parse(event.slice(event.indexOf('data: ') + 6)) as Record<string, unknown>);

describe('an Anthropic client', () => {
  it('calls a model whose vendor speaks chat completions', async () => {
    const reply = {
      id: 'chatcmpl-1',
      choices: [{ index: 0, message: { role: 'assistant', content: 'Hello.' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 5, completion_tokens: 2 },
    };
    await using vendor = await standInVendor(answers(200, reply));
    await using relay = await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host });
    const { key, accountId } = await relay.createCaller(BALANCE);
    await relay.addModel({ baseUrl: vendor.baseUrl });

    const response = await relay.post(key, { ...ANTHROPIC_CALL, system: 'Be kind.' }, ANTHROPIC);

    expect(response.status).toBe(200);
    expect(response.headers.get('request-id')).toBe(response.headers.get('x-request-id'));
    expect(await response.json()).toMatchObject({
      type: 'message',
      role: 'assistant',
      model: 'test/model',
      content: [{ type: 'text', text: 'Hello.' }],
      stop_reason: 'end_turn',
      usage: { input_tokens: 5, output_tokens: 2 },
    });
    expect(vendor.urls).toEqual(['/v1/chat/completions']);
    expect(vendor.calls[0]).toMatchObject({
      model: 'upstream-model',
      max_tokens: 100,
      messages: [{ role: 'system', content: 'Be kind.' }, QUESTION],
    });
    expect(await relay.closedRow()).toMatchObject({
      dialect: 'anthropic-messages',
      state: 'settled',
      inputTokens: 5,
      outputTokens: 2,
      finishReason: 'stop',
      chargeNanoUsd: 7n,
    });
    expect(await relay.money(accountId)).toEqual({ balance: BALANCE - 7n, held: 0n });
  });

  it('reads its stream in its own words', async () => {
    const pieces = [textChunk('Hel'), textChunk('lo.'), textChunk('', 'stop'), usageChunk(5, 2), DONE];
    await using vendor = await standInVendor(streams(...pieces));
    await using relay = await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host });
    const { key } = await relay.createCaller(BALANCE);
    await relay.addModel({ baseUrl: vendor.baseUrl });

    const response = await relay.post(key, { ...ANTHROPIC_CALL, stream: true }, ANTHROPIC);
    const text = await response.text();

    expect(response.headers.get('content-type')).toContain('text/event-stream');
    expect(text).toMatch(/^event: message_start\n/);
    expect(text).toMatch(/event: message_stop\ndata: .*\n\n$/);
    const read = events(text);
    const deltas = read.filter(({ type }) => type === 'content_block_delta');
    expect(deltas.map(({ delta }) => (delta as { text: string }).text).join('')).toBe('Hello.');
    expect(read.find(({ type }) => type === 'message_delta')).toMatchObject({
      delta: { stop_reason: 'end_turn' },
      usage: { output_tokens: 2 },
    });
    expect(await relay.closedRow()).toMatchObject({ outcome: 'ok', chargeNanoUsd: 7n, streamed: true });
  });

  it('is told of a stream that breaks off, and pays for what it got', async () => {
    await using vendor = await standInVendor(streams(textChunk('one two three')));
    await using relay = await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host });
    const { key } = await relay.createCaller(BALANCE);
    await relay.addModel({ baseUrl: vendor.baseUrl });

    const text = await (await relay.post(key, { ...ANTHROPIC_CALL, stream: true }, ANTHROPIC)).text();

    expect(text).not.toContain('message_stop');
    expect(text).toMatch(/event: error\ndata: \{"type":"error",.*\n\n$/);
    expect(await relay.closedRow()).toMatchObject({ outcome: 'upstream_truncated', outputTokens: 3 });
  });

  it('is refused what the vendor has no words for, by name, and pays nothing', async () => {
    await using vendor = await standInVendor(streams());
    await using relay = await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host });
    const { key, accountId } = await relay.createCaller(BALANCE);
    await relay.addModel({ baseUrl: vendor.baseUrl });

    const response = await relay.post(key, { ...ANTHROPIC_CALL, top_k: 5 }, ANTHROPIC);

    expect(response.status).toBe(400);
    const { error } = (await response.json()) as { error: { type: string; message: string } };
    expect(error.type).toBe('invalid_request_error');
    expect(error.message).toMatch(/top_k.*openai-chat/);
    expect(vendor.calls).toEqual([]);
    expect(await relay.money(accountId)).toEqual({ balance: BALANCE, held: 0n });
  });

  it('gets its vendor’s own words where that speaks the same dialect', async () => {
    const pieces = [
      named('message_start', { message: { id: 'm1', usage: { input_tokens: 5, output_tokens: 1 } } }),
      named('content_block_start', { index: 0, content_block: { type: 'novelty', text: '' } }),
      named('content_block_delta', { index: 0, delta: { type: 'text_delta', text: 'Hi.' } }),
      named('content_block_stop', { index: 0 }),
      named('message_delta', { delta: { stop_reason: 'max_tokens' }, usage: { output_tokens: 2 } }),
      named('message_stop'),
    ];
    await using vendor = await standInVendor(streams(...pieces));
    await using relay = await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host });
    const { key } = await relay.createCaller(BALANCE);
    await relay.addModel({ baseUrl: vendor.baseUrl, dialect: 'anthropic-messages' });

    const body = { ...ANTHROPIC_CALL, stream: true, novelty: { x: 1 } };
    const headers = {
      authorization: `Bearer ${key}`,
      'anthropic-version': '2026-10-21',
      'anthropic-beta': 'one,two',
    };
    const response = await relay.post(key, body, { ...ANTHROPIC, headers });
    expect(await response.text()).toBe(pieces.join(''));

    expect(vendor.urls).toEqual(['/v1/messages']);
    expect(vendor.calls).toEqual([{ ...body, model: 'upstream-model' }]);
    expect(vendor.headers[0]).toMatchObject({
      'x-api-key': 'vendor-secret',
      'anthropic-version': '2026-10-21',
      'anthropic-beta': 'one,two',
    });
    expect(vendor.headers[0]).not.toHaveProperty('authorization');
    expect(await relay.closedRow()).toMatchObject({
      inputTokens: 5,
      outputTokens: 2,
      finishReason: 'max_tokens',
    });
  });
});

describe('a Google client', () => {
  const chunk = (text: string, more: object = {}) => ({
    candidates: [{ index: 0, content: { role: 'model', parts: [{ text }] }, ...more }],
  });
  const last = {
    ...chunk('lo.', { finishReason: 'STOP' }),
    usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 2, totalTokenCount: 7 },
  };

  it('reads chat completions as an array of JSON, or as events', async () => {
    const pieces = [textChunk('Hel'), textChunk('lo.'), textChunk('', 'stop'), usageChunk(5, 2), DONE];
    await using vendor = await standInVendor(streams(...pieces));
    await using relay = await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host });
    const { key } = await relay.createCaller(BALANCE);
    await relay.addModel({ baseUrl: vendor.baseUrl });
    const textOf = (chunks: unknown[]) =>
      (chunks as ReturnType<typeof chunk>[])
        .map(({ candidates }) => candidates[0]?.content?.parts?.[0]?.text ?? '')
        .join('');

    const array = await relay.post(key, GOOGLE_CALL, google('streamGenerateContent'));
    expect(array.headers.get('content-type')).toContain('application/json');
    expect(textOf((await array.json()) as unknown[])).toBe('Hello.');
    const stream = await relay.post(key, GOOGLE_CALL, google('streamGenerateContent?alt=sse'));
    const text = await stream.text();
    expect(text).not.toContain('[DONE]');
    expect(textOf(events(text))).toBe('Hello.');
    expect(events(text).at(-1)).toMatchObject({
      candidates: [{ finishReason: 'STOP' }],
      usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 2 },
    });
  });

  it('gets its vendor’s own words where that speaks the same dialect, framed as it asked', async () => {
    await using vendor = await standInVendor(streams(sse(chunk('Hel')), sse(last)));
    await using relay = await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host });
    const { key } = await relay.createCaller(BALANCE);
    await relay.addModel({ baseUrl: vendor.baseUrl, dialect: 'google-gemini' });

    const stream = await relay.post(key, GOOGLE_CALL, google('streamGenerateContent?alt=sse'));
    expect(await stream.text()).toBe(sse(chunk('Hel')) + sse(last));
    const array = await relay.post(key, GOOGLE_CALL, google('streamGenerateContent'));
    expect(await array.json()).toEqual([chunk('Hel'), last]);

    expect(vendor.urls[0]).toBe('/v1/models/upstream-model:streamGenerateContent?alt=sse');
    const rows = await relay.rows();
    for (const row of rows) {
      expect(row).toMatchObject({ state: 'settled', inputTokens: 5, outputTokens: 2, finishReason: 'STOP' });
    }
    expect(rows).toHaveLength(2);
  });

  it('is told of a stream that ends without a reason to finish', async () => {
    await using vendor = await standInVendor(streams(sse(chunk('Hel'))));
    await using relay = await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host });
    const { key } = await relay.createCaller(BALANCE);
    await relay.addModel({ baseUrl: vendor.baseUrl, dialect: 'google-gemini' });

    const array = await relay.post(key, GOOGLE_CALL, google('streamGenerateContent'));
    expect(await array.json()).toMatchObject([chunk('Hel'), { error: { status: expect.any(String) } }]);
    expect(await relay.closedRow()).toMatchObject({ outcome: 'upstream_truncated' });
  });
});

describe('a client of chat completions', () => {
  it('calls a model whose vendor speaks Anthropic’s dialect', async () => {
    const pieces = [
      named('message_start', {
        message: { id: 'm1', model: 'c', usage: { input_tokens: 5, output_tokens: 1 } },
      }),
      named('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
      named('content_block_delta', { index: 0, delta: { type: 'text_delta', text: 'Hello.' } }),
      named('content_block_stop', { index: 0 }),
      named('message_delta', { delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 2 } }),
      named('message_stop'),
    ];
    await using vendor = await standInVendor(streams(...pieces));
    await using relay = await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host });
    const { key } = await relay.createCaller(BALANCE);
    await relay.addModel({ baseUrl: vendor.baseUrl, dialect: 'anthropic-messages', outputTokensMax: 50 });

    const body = { model: 'test/model', messages: [QUESTION], stream: true };
    const text = await (await relay.post(key, body)).text();

    const chunks = events(text) as { choices: { delta: { content?: string }; finish_reason: string }[] }[];
    expect(chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('')).toBe('Hello.');
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('stop');
    expect(text).not.toContain('"usage":{');
    expect(text.endsWith(DONE)).toBe(true);
    expect(vendor.calls[0]).toMatchObject({ model: 'upstream-model', max_tokens: 50, stream: true });
    expect(await relay.closedRow()).toMatchObject({ dialect: 'openai-chat', chargeNanoUsd: 7n });
  });

  it('is told, when its credit cut the reply, in whichever dialect that was written', async () => {
    const reply = {
      type: 'message',
      content: [{ type: 'text', text: 'Hello' }],
      stop_reason: 'max_tokens',
      usage: { input_tokens: 5, output_tokens: 20 },
    };
    await using vendor = await standInVendor(answers(200, reply));
    await using relay = await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host });
    const { key } = await relay.createCaller(100n);
    await relay.addModel({ baseUrl: vendor.baseUrl, dialect: 'anthropic-messages', outputTokensMax: 1_000 });

    const body = { model: 'test/model', messages: [QUESTION] };
    const answer = (await (await relay.post(key, body)).json()) as object;

    const limit = vendor.calls[0]?.max_tokens;
    expect(limit).toBeLessThan(100);
    expect(answer).toMatchObject({
      choices: [{ finish_reason: 'length' }],
      weir: { output_limit: { reason: 'credit', max_tokens: limit } },
    });
  });
});
