import { countTokens } from '@weir/tokens/count';
import { NotFoundError } from 'openai';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MODELS, OWNED_BY } from './core/models.ts';
import { storyPieces } from './core/story.ts';
import type { TallySnapshot } from './core/tally.ts';
import { dataLines, hello, type RunningSandbox, startSandbox, user } from './testing/running-sandbox.ts';

let sandbox: RunningSandbox;

beforeEach(async () => {
  sandbox = await startSandbox();
});

afterEach(() => sandbox[Symbol.asyncDispose]());

describe('a JSON reply', () => {
  test('echoes the last user message, with usage', async () => {
    const completion = await sandbox.client().chat.completions.create({
      model: 'sandbox/echo',
      messages: [...user('first'), { role: 'assistant', content: 'ok' }, ...user('hello  big\nworld ')],
    });
    expect(completion.choices[0]?.message).toEqual({
      role: 'assistant',
      content: 'hello  big\nworld ',
      refusal: null,
    });
    expect(completion.choices[0]?.finish_reason).toBe('stop');
    const contents = countTokens('first') + countTokens('ok') + countTokens('hello  big\nworld ');
    expect(completion.usage).toMatchObject({
      prompt_tokens: contents + 3 * 4 + 3,
      completion_tokens: countTokens('hello  big\nworld '),
      total_tokens: contents + 15 + countTokens('hello  big\nworld '),
    });
  });

  test('takes content in parts, and counts one that is no text', async () => {
    const text = { type: 'text' as const, text: 'see this' };
    const image = { type: 'image_url' as const, image_url: { url: 'data:image/png;base64,AAAA' } };
    const ask = (content: (typeof text | typeof image)[]) =>
      sandbox
        .client()
        .chat.completions.create({ model: 'sandbox/echo', messages: [{ role: 'user', content }] });
    const [withImage, without] = await Promise.all([ask([text, image]), ask([text])]);
    expect(withImage.choices[0]?.message.content).toBe('see this');
    expect((withImage.usage?.prompt_tokens ?? 0) - (without.usage?.prompt_tokens ?? 0)).toBe(85);
  });

  test.each(['max_tokens', 'max_completion_tokens'])('%s cuts it and says so', async (limit) => {
    for (const model of ['sandbox/echo', 'sandbox/story']) {
      const text = 'one two three four five six seven';
      const completion = await sandbox
        .client()
        .chat.completions.create({ model, messages: user(text), [limit]: 5 });
      expect(completion.choices[0]?.finish_reason).toBe('length');
      expect(completion.usage?.completion_tokens).toBe(5);
    }
  });

  test('ends before a stop', async () => {
    const { choices } = await sandbox
      .client()
      .chat.completions.create({ ...hello, stop: [' world', ' big'] });
    expect(choices[0]).toMatchObject({ message: { content: 'hello' }, finish_reason: 'stop' });
  });

  test('a story says that it is simulated, is the same every time, and ends by itself', async () => {
    const ask = () =>
      sandbox.client().chat.completions.create({ model: 'sandbox/story', messages: user('go') });
    const [first, second] = await Promise.all([ask(), ask()]);
    expect(first.choices[0]?.message.content).toMatch(/^This is a simulated story/);
    expect(first.choices[0]?.message.content).toBe(second.choices[0]?.message.content);
    expect(first.choices[0]?.finish_reason).toBe('stop');
    expect(first.usage?.completion_tokens).toBe(countTokens(first.choices[0]?.message.content ?? ''));
  });
});

test('each piece of a story is one token', () => {
  for (const length of [1, 11, 12, 500, 5000]) {
    const pieces = storyPieces(length);
    expect(pieces).toHaveLength(length);
    expect(countTokens(pieces.join(''))).toBe(length);
  }
});

describe('a stream', () => {
  test('has OpenAI’s events in OpenAI’s order', async () => {
    const response = await sandbox.post({ ...hello, stream: true, stream_options: { include_usage: true } });
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(response.headers.get('x-request-id')).toMatch(/^req_/);
    const lines = dataLines(await response.text());
    expect(lines.at(-1)).toBe('[DONE]');
    const chunks = lines.slice(0, -1).map((line) => JSON.parse(line));
    const [first] = chunks;
    expect(first).toEqual({
      id: expect.stringMatching(/^chatcmpl-/),
      object: 'chat.completion.chunk',
      created: expect.any(Number),
      model: 'sandbox/echo',
      system_fingerprint: 'fp_sandbox',
      choices: [
        {
          index: 0,
          delta: { role: 'assistant', content: '', refusal: null },
          logprobs: null,
          finish_reason: null,
        },
      ],
      usage: null,
    });
    const choice = (delta: object, finish: string | null) => [
      { index: 0, delta, logprobs: null, finish_reason: finish },
    ];
    expect(chunks.slice(1)).toEqual([
      { ...first, choices: choice({ content: 'hello' }, null) },
      { ...first, choices: choice({ content: ' big' }, null) },
      { ...first, choices: choice({ content: ' world' }, null) },
      { ...first, choices: choice({}, 'stop') },
      {
        ...first,
        choices: [],
        usage: expect.objectContaining({ prompt_tokens: 10, completion_tokens: 3, total_tokens: 13 }),
      },
    ]);
  });

  test('mentions no usage when it was not asked for', async () => {
    const lines = dataLines(await (await sandbox.post({ ...hello, stream: true })).text());
    expect(lines).toHaveLength(6);
    for (const line of lines.slice(0, -1)) expect(JSON.parse(line)).not.toHaveProperty('usage');
  });

  test('is read by the official client', async () => {
    const stream = await sandbox.client({ 'x-sandbox-event-ms': '0' }).chat.completions.create({
      model: 'sandbox/story',
      messages: user('go'),
      max_tokens: 50,
      stream: true,
      stream_options: { include_usage: true },
    });
    let text = '';
    let finishReason: string | null | undefined;
    let tokens: number | undefined;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? '';
      finishReason = chunk.choices[0]?.finish_reason ?? finishReason;
      tokens = chunk.usage?.completion_tokens ?? tokens;
    }
    expect({ finishReason, tokens, counted: countTokens(text) }).toEqual({
      finishReason: 'length',
      tokens: 50,
      counted: 50,
    });
  });

  test('x-sandbox-events is a story’s length', async () => {
    const response = await sandbox.post(
      { ...hello, model: 'sandbox/story', stream: true },
      { 'x-sandbox-events': '300', 'x-sandbox-event-ms': '0' },
    );
    expect(dataLines(await response.text())).toHaveLength(300 + 3);
  });
});

describe('tool calls', () => {
  const weather = {
    type: 'function' as const,
    function: {
      name: 'get_weather',
      parameters: {
        type: 'object',
        properties: {
          city: { type: 'string' },
          unit: { enum: ['celsius', 'kelvin'] },
          days: { type: 'integer' },
        },
      },
    },
  };
  const clock = { type: 'function' as const, function: { name: 'get_time' } };
  const tools = [weather, clock];
  const weatherArguments = { city: 'simulated', unit: 'celsius', days: 1 };

  test('come as JSON', async () => {
    const { choices, usage } = await sandbox.client().chat.completions.create({
      model: 'sandbox/echo',
      messages: user('please call get_weather and call get_time'),
      tools,
    });
    expect(choices[0]?.finish_reason).toBe('tool_calls');
    expect(choices[0]?.message.content).toBeNull();
    const calls = choices[0]?.message.tool_calls?.map((call) => call.type === 'function' && call.function);
    expect(calls).toEqual([
      { name: 'get_weather', arguments: JSON.stringify(weatherArguments) },
      { name: 'get_time', arguments: '{}' },
    ]);
    expect(usage?.completion_tokens).toBeGreaterThan(5);
  });

  test('come as a stream, in pieces', async () => {
    const runner = sandbox.client().chat.completions.stream({
      model: 'sandbox/echo',
      messages: user('call get_weather'),
      tools,
    });
    let fragments = 0;
    for await (const chunk of runner) {
      if (chunk.choices[0]?.delta.tool_calls?.[0]?.function?.arguments) fragments++;
    }
    expect(fragments).toBeGreaterThan(3);
    const { choices } = await runner.finalChatCompletion();
    expect(choices[0]?.finish_reason).toBe('tool_calls');
    expect(choices[0]?.message.tool_calls).toMatchObject([
      { id: expect.stringMatching(/^call_/), type: 'function', function: { name: 'get_weather' } },
    ]);
    const call = choices[0]?.message.tool_calls?.[0];
    expect(JSON.parse(call?.type === 'function' ? call.function.arguments : '')).toEqual(weatherArguments);
  });

  test('are cut by the token limit', async () => {
    const { choices, usage } = await sandbox.client().chat.completions.create({
      model: 'sandbox/echo',
      messages: user('call get_weather'),
      tools,
      max_completion_tokens: 6,
    });
    expect(choices[0]?.finish_reason).toBe('length');
    expect(usage?.completion_tokens).toBeLessThanOrEqual(6);
  });

  test.each([
    ['required', 'hello', ['get_weather']],
    [{ type: 'function', function: { name: 'get_time' } }, 'hello', ['get_time']],
    ['none', 'call get_time', []],
  ] as const)('obey tool_choice %j', async (choice, text, names) => {
    const { choices } = await sandbox.client().chat.completions.create({
      model: 'sandbox/echo',
      messages: user(text),
      tools,
      tool_choice: choice,
    });
    const calls = choices[0]?.message.tool_calls ?? [];
    expect(calls.map((call) => call.type === 'function' && call.function.name)).toEqual(names);
  });

  test('are not made again once the result is there', async () => {
    const { choices } = await sandbox.client().chat.completions.create({
      model: 'sandbox/echo',
      messages: [
        ...user('call get_time'),
        {
          role: 'assistant',
          tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'get_time', arguments: '{}' } }],
        },
        { role: 'tool', tool_call_id: 'call_1', content: 'noon' },
      ],
      tools,
    });
    expect(choices[0]?.finish_reason).toBe('stop');
  });
});

describe('requests that are refused', () => {
  test('no key', async () => {
    const response = await fetch(`${sandbox.url}/v1/models`);
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({
      error: {
        message: expect.stringContaining('API key'),
        type: 'invalid_request_error',
        param: null,
        code: null,
      },
    });
  });

  test.each([
    ['broken JSON', '{"model":', 400, null, null],
    ['an empty body', '', 400, null, null],
    ['no messages', { model: 'sandbox/echo' }, 400, 'messages', 'missing_required_parameter'],
    ['no model', { messages: user('x') }, 400, 'model', 'missing_required_parameter'],
    ['no message', { model: 'sandbox/echo', messages: [] }, 400, 'messages', 'invalid_value'],
    [
      'a wrong role',
      { ...hello, messages: [{ role: 'x', content: '' }] },
      400,
      'messages[0].role',
      'invalid_value',
    ],
    ['max_tokens 0', { ...hello, max_tokens: 0 }, 400, 'max_tokens', 'invalid_value'],
    ['n = 2', { ...hello, n: 2 }, 400, 'n', 'invalid_value'],
    ['an unknown model', { ...hello, model: 'gpt-5' }, 404, null, 'model_not_found'],
  ])('%s', async (_name, body, status, param, code) => {
    const response = await sandbox.post(body);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error', param, code } });
  });

  test('an unknown path', async () => {
    const response = await fetch(`${sandbox.url}/v2/anything?x=1`);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: { message: 'Invalid URL (GET /v2/anything)' } });
  });

  test.each([
    ['x-sandbox-fault', 'explode'],
    ['x-sandbox-first-byte-ms', '120001'],
    ['x-sandbox-event-ms', '-1'],
    ['x-sandbox-events', '1e9'],
    ['x-sandbox-request', 'r'.repeat(129)],
  ])('the header %s: %s', async (header, value) => {
    const response = await sandbox.post(hello, { [header]: value });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { param: header } });
  });
});

test('the tally adds up what was served, and keeps it by name', async () => {
  const completion = await sandbox.client({ 'x-sandbox-request': 'mine' }).chat.completions.create(hello);
  await sandbox.post(hello);
  await sandbox.post(hello, { 'x-sandbox-fault': '500' });
  await sandbox.post({ model: 'sandbox/echo' });
  expect(await sandbox.tally()).toMatchObject({
    requests: 3,
    completed: 2,
    cancelled: 0,
    faulted: 1,
    inputTokens: 20,
    outputTokens: 6,
  });
  const { recent } = await sandbox.tally('mine');
  expect(recent).toEqual([
    expect.objectContaining({
      id: completion.id,
      requestName: 'mine',
      outcome: 'completed',
      streamed: false,
    }),
  ]);
});

test('the tally keeps a request under the name that its body says', async () => {
  for (const name of ['run-1/a', 'run-1/b', 'run-2/a']) {
    await sandbox.post({ ...hello, metadata: { 'sandbox-request': name } }, { 'x-sandbox-request': 'other' });
  }
  await sandbox.post(hello);
  const named = async (query: string) => {
    const response = await fetch(`${sandbox.url}/sandbox/tally?${query}`);
    return ((await response.json()) as TallySnapshot).recent.map(({ requestName }) => requestName);
  };
  expect(await named('prefix=run-1%2F')).toEqual(['run-1/a', 'run-1/b']);
  expect(await named('request=run-2%2Fa')).toEqual(['run-2/a']);
  const refused = await sandbox.post({ ...hello, metadata: { 'sandbox-request': '' } });
  expect(refused.status).toBe(400);
});

test('models say that they are simulated', async () => {
  const { data } = await sandbox.client().models.list();
  expect(data.map((model) => model.id)).toEqual(Object.keys(MODELS));
  expect(new Set(data.map((model) => model.owned_by))).toEqual(new Set([OWNED_BY]));
  expect((await sandbox.client().models.retrieve('sandbox/story')).id).toBe('sandbox/story');
  await expect(sandbox.client().models.retrieve('sandbox/none')).rejects.toThrow(NotFoundError);
});

test('is healthy without a key', async () => {
  expect((await fetch(`${sandbox.url}/healthz`)).status).toBe(200);
});
