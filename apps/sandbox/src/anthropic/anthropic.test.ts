import { Anthropic } from '@anthropic-ai/sdk';
import { countTokens } from '@weir/tokens/count';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clock, HEADERS, hello, think, thinking, THOUGHT, weather } from '../testing/anthropic-requests.ts';
import {
  hello as chatHello,
  namedEvents,
  type RunningSandbox,
  startSandbox,
  user,
} from '../testing/running-sandbox.ts';

let sandbox: RunningSandbox;

beforeEach(async () => {
  sandbox = await startSandbox();
});

afterEach(() => sandbox[Symbol.asyncDispose]());

const post = (body: unknown, headers: Record<string, string> = {}) =>
  sandbox.send('/v1/messages', body, { ...HEADERS, ...headers });

const client = () => new Anthropic({ apiKey: 'any', baseURL: sandbox.url, maxRetries: 0 });

describe('a JSON message', () => {
  test('says what a chat completion says, with the same usage', async () => {
    const message = await (await post(hello)).json();
    const completion = await sandbox.client().chat.completions.create(chatHello);
    expect(message).toEqual({
      id: expect.stringMatching(/^msg_/),
      type: 'message',
      role: 'assistant',
      model: 'sandbox/echo',
      content: [{ type: 'text', text: completion.choices[0]?.message.content, citations: null }],
      stop_reason: 'end_turn',
      stop_sequence: null,
      stop_details: null,
      container: null,
      diagnostics: null,
      usage: expect.objectContaining({
        input_tokens: completion.usage?.prompt_tokens,
        output_tokens: completion.usage?.completion_tokens,
        cache_creation_input_tokens: 0,
        cache_read_input_tokens: 0,
        output_tokens_details: null,
      }),
    });
  });

  test('counts a system prompt as a message, and an image', async () => {
    const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } };
    const ask = async (body: object) => (await (await post({ ...hello, ...body })).json()).usage.input_tokens;
    expect(await ask({ system: 'be brief' })).toBe(10 + 4 + countTokens('be brief'));
    const content = [image, { type: 'text', text: 'hello big world' }];
    expect(await ask({ messages: [{ role: 'user', content }] })).toBe(10 + 85);
  });

  test('ends at max_tokens, or before a stop sequence', async () => {
    const cut = await client().messages.create({ ...hello, max_tokens: 2 });
    expect(cut).toMatchObject({ stop_reason: 'max_tokens', usage: { output_tokens: 2 } });
    const stopped = await client().messages.create({ ...hello, stop_sequences: ['world', 'big'] });
    expect(stopped).toMatchObject({
      content: [{ text: 'hello ' }],
      stop_reason: 'stop_sequence',
      stop_sequence: 'big',
    });
  });
});

describe('a stream', () => {
  test('has Anthropic’s events in Anthropic’s order', async () => {
    const response = await post({ ...hello, stream: true });
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(response.headers.get('request-id')).toMatch(/^req_/);
    const events = namedEvents(await response.text());
    for (const { event, data } of events) expect(data['type']).toBe(event);
    const delta = (text: string) => ({
      type: 'content_block_delta',
      index: 0,
      delta: { type: 'text_delta', text },
    });
    expect(events.map(({ data }) => data)).toEqual([
      {
        type: 'message_start',
        message: expect.objectContaining({
          content: [],
          stop_reason: null,
          usage: expect.objectContaining({ input_tokens: 10, output_tokens: 1 }),
        }),
      },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '', citations: null } },
      { type: 'ping' },
      delta('hello'),
      delta(' big'),
      delta(' world'),
      { type: 'content_block_stop', index: 0 },
      {
        type: 'message_delta',
        delta: { stop_reason: 'end_turn', stop_sequence: null, stop_details: null, container: null },
        usage: expect.objectContaining({ input_tokens: 10, output_tokens: 3 }),
      },
      { type: 'message_stop' },
    ]);
  });

  test('is read by the official client', async () => {
    const stream = client().messages.stream({
      model: 'sandbox/story',
      max_tokens: 30,
      messages: user('go'),
    });
    const message = await stream.finalMessage();
    const text = await stream.finalText();
    expect(message).toMatchObject({ stop_reason: 'max_tokens', usage: { output_tokens: 30 } });
    expect(countTokens(text)).toBe(30);
  });
});

describe('tools', () => {
  test('are used in JSON', async () => {
    const message = await client().messages.create({
      ...hello,
      messages: user('call get_weather and call get_time'),
      tools: [weather, clock],
    });
    expect(message.stop_reason).toBe('tool_use');
    expect(message.content).toMatchObject([
      {
        type: 'tool_use',
        id: expect.stringMatching(/^toolu_/),
        name: 'get_weather',
        input: { city: 'simulated', days: 1 },
      },
      { type: 'tool_use', name: 'get_time', input: {} },
    ]);
  });

  test('are used in a stream, their input in pieces', async () => {
    const body = { ...hello, messages: user('call get_weather'), tools: [weather], stream: true };
    const events = namedEvents(await (await post(body)).text());
    const start = events.find(({ event }) => event === 'content_block_start');
    expect(start?.data['content_block']).toMatchObject({ type: 'tool_use', name: 'get_weather', input: {} });
    const pieces = events.flatMap(({ data }) => {
      const delta = data['delta'] as { type?: string; partial_json?: string } | undefined;
      return delta?.type === 'input_json_delta' ? [delta.partial_json] : [];
    });
    expect(pieces[0]).toBe('');
    expect(pieces.length).toBeGreaterThan(3);
    expect(JSON.parse(pieces.join(''))).toEqual({ city: 'simulated', days: 1 });
    const { stream: _streamed, ...params } = body;
    const message = await client().messages.stream(params).finalMessage();
    expect(message.content).toMatchObject([{ name: 'get_weather', input: { city: 'simulated', days: 1 } }]);
  });

  test.each([
    [{ type: 'any' }, 'hello', ['get_weather']],
    [{ type: 'tool', name: 'get_time' }, 'hello', ['get_time']],
    [{ type: 'none' }, 'call get_time', []],
    [{ type: 'auto', disable_parallel_tool_use: true }, 'call get_time, call get_weather', ['get_weather']],
  ] as const)('obey tool_choice %j', async (choice, text, names) => {
    const message = await client().messages.create({
      ...hello,
      messages: user(text),
      tools: [weather, clock],
      tool_choice: choice,
    });
    expect(message.content.flatMap((block) => (block.type === 'tool_use' ? [block.name] : []))).toEqual(
      names,
    );
  });

  test('are not used again once the result is there', async () => {
    const first = await client().messages.create({
      ...hello,
      messages: user('call get_time'),
      tools: [clock],
    });
    const [use] = first.content;
    if (use?.type !== 'tool_use') throw new Error('no tool use');
    const { content, stop_reason } = await client().messages.create({
      ...hello,
      tools: [clock],
      messages: [
        ...user('call get_time'),
        { role: 'assistant', content: first.content },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: use.id, content: 'noon' }] },
      ],
    });
    expect({ content, stop_reason }).toMatchObject({
      content: [{ text: 'call get_time' }],
      stop_reason: 'end_turn',
    });
  });
});

describe('thinking', () => {
  test('comes before the text, signed and billed', async () => {
    const { content, usage } = await client().messages.create(think);
    expect(content).toMatchObject([
      { type: 'thinking', thinking: THOUGHT, signature: expect.stringMatching(/^[\w+/]+=*$/) },
      { type: 'text', text: 'hello' },
    ]);
    expect(usage).toMatchObject({ output_tokens: 21, output_tokens_details: { thinking_tokens: 20 } });
    expect(sandbox.served[0]?.outputTokens).toBe(21);
  });

  test('is streamed, its signature last', async () => {
    const events = namedEvents(await (await post({ ...think, stream: true })).text());
    const deltas = events.flatMap(({ data }) =>
      data['index'] === 0 && data['delta'] ? [data['delta']] : [],
    );
    expect(deltas).toHaveLength(20 + 1);
    expect(deltas[0]).toEqual({ type: 'thinking_delta', thinking: 'This' });
    expect(deltas.at(-1)).toEqual({ type: 'signature_delta', signature: expect.any(String) });
    const message = await client().messages.stream(think).finalMessage();
    expect(message.content).toEqual((await client().messages.create(think)).content);
  });

  test('is left out when it was not asked for, or only its signature is there', async () => {
    const { thinking: _thinking, ...plain } = think;
    expect((await client().messages.create(plain)).content).toHaveLength(1);
    const omitted = { ...think, thinking: { ...thinking, display: 'omitted' as const } };
    const shown = await client().messages.create(think);
    const hidden = await client().messages.create(omitted);
    const streamed = await client().messages.stream(omitted).finalMessage();
    expect(hidden.content[0]).toEqual({ ...shown.content[0], thinking: '' });
    expect(streamed.content).toEqual(hidden.content);
    expect(hidden.usage.output_tokens).toBe(21);
  });

  test('can use up all of max_tokens', async () => {
    const message = await client().messages.create({
      ...think,
      thinking: { type: 'adaptive' },
      max_tokens: 5,
    });
    expect(message).toMatchObject({ stop_reason: 'max_tokens', usage: { output_tokens: 5 } });
    expect(message.content.map(({ type }) => type)).toEqual(['thinking']);
  });

  test('has to come back as it was given', async () => {
    const asked = { ...think, messages: user('call get_time'), tools: [clock] };
    const first = await (await post(asked)).json();
    const [thought, use] = first.content;
    const answer = { role: 'user', content: [{ type: 'tool_result', tool_use_id: use.id, content: 'noon' }] };
    const follow = (content: object[]) =>
      post({ ...asked, messages: [...asked.messages, { role: 'assistant', content }, answer] });
    expect((await follow([thought, use])).status).toBe(200);
    const changed = await follow([{ ...thought, thinking: 'other' }, use]);
    expect(await changed.json()).toMatchObject({
      error: { message: 'messages.1.content.0: Invalid `signature` in `thinking` block' },
    });
    const without = await follow([use]);
    expect(await without.json()).toMatchObject({
      error: {
        message: expect.stringContaining('Expected `thinking` or `redacted_thinking`, but found `tool_use`'),
      },
    });
  });
});

test('count_tokens says what a message would be billed, and is not tallied', async () => {
  const counted = await client().messages.countTokens({
    model: 'sandbox/echo',
    messages: user('hello big world'),
  });
  expect(counted).toEqual({ input_tokens: 10 });
  expect((await sandbox.tally()).requests).toBe(0);
  const refused = await sandbox.send('/v1/messages/count_tokens', hello, HEADERS);
  expect(await refused.json()).toMatchObject({
    error: { message: 'max_tokens: Extra inputs are not permitted' },
  });
});

test('a Bearer token is a key as well, and metadata.user_id a name in the tally', async () => {
  const response = await sandbox.send(
    '/v1/messages',
    { ...hello, metadata: { user_id: 'mine' } },
    { authorization: 'Bearer any', 'anthropic-version': '2023-06-01' },
  );
  const { id } = await response.json();
  expect((await sandbox.tally('mine')).recent).toMatchObject([
    { id, outcome: 'completed', inputTokens: 10, outputTokens: 3 },
  ]);
});
