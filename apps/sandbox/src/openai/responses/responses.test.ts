import { countTokens } from '@weir/tokens/count';
import type { OpenAI } from 'openai';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { thoughtPieces } from '../../core/story.ts';
import {
  hello as chatHello,
  namedEvents,
  type RunningSandbox,
  startSandbox,
} from '../../testing/running-sandbox.ts';

let sandbox: RunningSandbox;

beforeEach(async () => {
  sandbox = await startSandbox();
});

afterEach(() => sandbox[Symbol.asyncDispose]());

const hello = { model: 'sandbox/echo', input: 'hello big world' };
const THOUGHT = thoughtPieces(1000).join('');
const weather = {
  type: 'function' as const,
  name: 'get_weather',
  strict: true,
  parameters: { type: 'object', properties: { city: { type: 'string' }, days: { type: 'integer' } } },
};
const clock = { type: 'function' as const, name: 'get_time', strict: null, parameters: null };

const post = (body: unknown) => sandbox.send('/v1/responses', body, { authorization: 'Bearer any' });

const events = async (body: object) => namedEvents(await (await post({ ...body, stream: true })).text());

describe('a JSON response', () => {
  test('says what a chat completion says, with the same usage', async () => {
    const response = await (await post({ ...hello, metadata: { a: 'b' }, temperature: 0.5 })).json();
    const completion = await sandbox.client().chat.completions.create(chatHello);
    const text = completion.choices[0]?.message.content;
    expect(response).toMatchObject({
      id: expect.stringMatching(/^resp_/),
      object: 'response',
      status: 'completed',
      model: 'sandbox/echo',
      error: null,
      incomplete_details: null,
      output: [
        {
          id: expect.stringMatching(/^msg_/),
          type: 'message',
          status: 'completed',
          role: 'assistant',
          content: [{ type: 'output_text', text, annotations: [], logprobs: [] }],
        },
      ],
      usage: {
        input_tokens: completion.usage?.prompt_tokens,
        input_tokens_details: { cached_tokens: 0 },
        output_tokens: completion.usage?.completion_tokens,
        output_tokens_details: { reasoning_tokens: 0 },
        total_tokens: completion.usage?.total_tokens,
      },
      metadata: { a: 'b' },
      temperature: 0.5,
      store: true,
      tool_choice: 'auto',
      tools: [],
    });
  });

  test('takes items, and counts instructions and images', async () => {
    const ask = (body: Partial<OpenAI.Responses.ResponseCreateParamsNonStreaming>) =>
      sandbox.client().responses.create({ ...hello, ...body });
    const brief = await ask({ instructions: 'be brief' });
    expect(brief.usage?.input_tokens).toBe(10 + 4 + countTokens('be brief'));
    const shown = await ask({
      input: [
        { role: 'user', content: 'first' },
        { role: 'assistant', content: 'ok' },
        {
          role: 'user',
          content: [
            { type: 'input_text', text: 'see this' },
            { type: 'input_image', image_url: 'data:image/png;base64,AAAA', detail: 'low' },
          ],
        },
      ],
    });
    expect(shown.output_text).toBe('see this');
    expect(shown.usage?.input_tokens).toBe(3 * 4 + 3 + 1 + 1 + 2 + 85);
  });

  test('is incomplete at max_output_tokens', async () => {
    const response = await sandbox
      .client()
      .responses.create({ model: 'sandbox/story', input: 'go', max_output_tokens: 16 });
    expect(response).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
      output: [{ status: 'incomplete' }],
      usage: { output_tokens: 16 },
    });
  });
});

describe('a stream', () => {
  test('has OpenAI’s numbered events in OpenAI’s order, and no [DONE]', async () => {
    const all = await events(hello);
    expect(all.map(({ event }) => event)).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.delta',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ]);
    expect(all.map(({ data }) => data['sequence_number'])).toEqual(all.keys().toArray());
    for (const { event, data } of all) expect(data['type']).toBe(event);
    expect(all[0]?.data['response']).toMatchObject({ status: 'in_progress', output: [], usage: null });
    const at = { item_id: expect.stringMatching(/^msg_/), output_index: 0, content_index: 0 };
    expect(all[4]?.data).toMatchObject({ ...at, delta: 'hello', logprobs: [] });
    expect(all[7]?.data).toMatchObject({ ...at, text: 'hello big world' });
    const last = all.at(-1)?.data['response'] as { output: unknown[] };
    expect(last.output).toEqual([all.at(-2)?.data['item']]);
    expect(last).toMatchObject({ status: 'completed', usage: { output_tokens: 3 } });
  });

  test('is read by the official client', async () => {
    const stream = sandbox
      .client()
      .responses.stream({ model: 'sandbox/story', input: 'go', max_output_tokens: 20 });
    let text = '';
    stream.on('response.output_text.delta', ({ delta }) => (text += delta));
    const response = await stream.finalResponse();
    expect(response.output_text).toBe(text);
    expect(response).toMatchObject({ status: 'incomplete', usage: { output_tokens: 20 } });
  });
});

describe('function calls', () => {
  test('come in JSON', async () => {
    const response = await sandbox.client().responses.create({
      ...hello,
      input: 'call get_weather and call get_time',
      tools: [weather, clock],
    });
    expect(response.output).toMatchObject([
      {
        id: expect.stringMatching(/^fc_/),
        type: 'function_call',
        status: 'completed',
        call_id: expect.stringMatching(/^call_/),
        name: 'get_weather',
        arguments: '{"city":"simulated","days":1}',
      },
      { type: 'function_call', name: 'get_time', arguments: '{}' },
    ]);
  });

  test('come in a stream, their arguments in pieces', async () => {
    const all = await events({ ...hello, input: 'call get_weather', tools: [weather] });
    const named = (event: string) => all.filter((entry) => entry.event === event).map(({ data }) => data);
    const deltas = named('response.function_call_arguments.delta').map(({ delta }) => delta);
    expect(deltas.length).toBeGreaterThan(3);
    expect(named('response.output_item.added')[0]?.['item']).toMatchObject({
      name: 'get_weather',
      arguments: '',
    });
    expect(named('response.function_call_arguments.done')[0]?.['arguments']).toBe(deltas.join(''));
    expect(named('response.output_item.done')[0]?.['item']).toMatchObject({ arguments: deltas.join('') });
  });

  test.each([
    ['required', 'hello', ['get_weather']],
    [{ type: 'function', name: 'get_time' }, 'hello', ['get_time']],
    ['none', 'call get_time', []],
  ] as const)('obey tool_choice %j', async (choice, text, names) => {
    const { output } = await sandbox
      .client()
      .responses.create({ ...hello, input: text, tools: [weather, clock], tool_choice: choice });
    expect(output.flatMap((item) => (item.type === 'function_call' ? [item.name] : []))).toEqual(names);
  });

  test('are not made again once the output is there, with the reasoning that led to them', async () => {
    const client = sandbox.client();
    const asked = {
      model: 'sandbox/think',
      tools: [clock],
      include: ['reasoning.encrypted_content' as const],
      reasoning: { summary: 'auto' as const },
    };
    const input: OpenAI.Responses.ResponseInput = [{ role: 'user', content: 'call get_time' }];
    const first = await client.responses.create({ ...asked, input });
    const call = first.output.find((item) => item.type === 'function_call');
    const output = { type: 'function_call_output' as const, call_id: call?.call_id ?? '', output: 'noon' };
    const said = first.output as OpenAI.Responses.ResponseInput;
    const second = await client.responses.create({ ...asked, input: [...input, ...said, output] });
    expect(second.output_text).toBe('call get_time');
  });
});

describe('reasoning', () => {
  const think = { ...hello, model: 'sandbox/think' };

  test('is an item, summed up when asked for, and billed', async () => {
    const client = sandbox.client();
    const plain = await client.responses.create(think);
    expect(plain.output).toMatchObject([
      { id: expect.stringMatching(/^rs_/), type: 'reasoning', summary: [] },
      {},
    ]);
    expect(plain.usage).toMatchObject({ output_tokens: 23, output_tokens_details: { reasoning_tokens: 20 } });
    const shown = await client.responses.create({
      ...think,
      reasoning: { summary: 'auto' },
      include: ['reasoning.encrypted_content'],
    });
    expect(shown.output[0]).toMatchObject({
      summary: [{ type: 'summary_text', text: THOUGHT }],
      encrypted_content: expect.any(String),
    });
    const none = await client.responses.create({ ...think, reasoning: { effort: 'none' } });
    expect(none.output.map(({ type }) => type)).toEqual(['message']);
    expect(sandbox.served.map(({ outputTokens }) => outputTokens)).toEqual([23, 23, 3]);
  });

  test('is streamed as a summary, or not at all', async () => {
    const all = await events({ ...think, reasoning: { summary: 'auto' } });
    const names = all.map(({ event }) => event);
    expect(names.slice(2, 5)).toEqual([
      'response.output_item.added',
      'response.reasoning_summary_part.added',
      'response.reasoning_summary_text.delta',
    ]);
    expect(names.slice(24, 28)).toEqual([
      'response.reasoning_summary_text.done',
      'response.reasoning_summary_part.done',
      'response.output_item.done',
      'response.output_item.added',
    ]);
    expect(all[24]?.data['text']).toBe(THOUGHT);
    const hidden = (await events(think)).map(({ event }) => event);
    expect(hidden.filter((event) => event.includes('reasoning'))).toEqual([]);
    expect(hidden.filter((event) => event === 'response.output_item.added')).toHaveLength(2);
    expect(sandbox.served.map(({ events: sent }) => sent)).toEqual([23, 3]);
  });

  test('costs as much in a chat completion, which does not show it', async () => {
    const { choices, usage } = await sandbox
      .client()
      .chat.completions.create({ ...chatHello, model: 'sandbox/think' });
    expect(choices[0]?.message.content).toBe('hello big world');
    expect(usage).toMatchObject({
      completion_tokens: 23,
      completion_tokens_details: { reasoning_tokens: 20 },
    });
  });
});

describe('requests that are refused', () => {
  const call = { type: 'function_call', call_id: 'call_1', name: 'f', arguments: '{}' };
  const output = { type: 'function_call_output', call_id: 'call_2', output: '' };
  const says = (role: string, type: string) => ({
    ...hello,
    input: [{ role, content: [{ type, text: 'x' }] }],
  });

  test.each([
    ['no input', { model: 'sandbox/echo' }, 'input', 'missing_required_parameter'],
    ['messages', { ...hello, messages: [] }, 'messages', 'unknown_parameter'],
    ['stop', { ...hello, stop: 'x' }, 'stop', 'unknown_parameter'],
    ['an unknown role', says('tool', 'input_text'), 'input[0].role', 'invalid_value'],
    ['a part of chat', says('user', 'text'), 'input[0].content[0].type', 'invalid_value'],
    ['a user’s output_text', says('user', 'output_text'), 'input[0].content[0].type', 'invalid_value'],
    [
      'an assistant’s input_text',
      says('assistant', 'input_text'),
      'input[0].content[0].type',
      'invalid_value',
    ],
    ['a small limit', { ...hello, max_output_tokens: 15 }, 'max_output_tokens', 'invalid_value'],
    [
      'a tool of chat',
      { ...hello, tools: [{ type: 'function', function: {} }] },
      'tools[0].name',
      'missing_required_parameter',
    ],
    [
      'an unknown tool',
      { ...hello, tools: [clock], tool_choice: { type: 'function', name: 'f' } },
      'tool_choice',
      null,
    ],
    ['an output of no call', { ...hello, input: [call, output] }, 'input', null],
    ['a call without output', { ...hello, input: [call] }, 'input', null],
    [
      'a foreign reasoning',
      { ...hello, input: [{ type: 'reasoning', summary: [], encrypted_content: 'AAAA' }] },
      'input',
      'invalid_encrypted_content',
    ],
    ['reasoning alone', { ...hello, input: [{ type: 'reasoning', summary: [] }] }, 'input', null],
    [
      'a previous response',
      { ...hello, previous_response_id: 'resp_1' },
      'previous_response_id',
      'previous_response_not_found',
    ],
    ['background', { ...hello, background: true }, 'background', 'invalid_value'],
  ])('%s', async (_name, body, param, code) => {
    const response = await post(body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error', param, code } });
  });

  test('an unknown model', async () => {
    const response = await post({ ...hello, model: 'gpt' });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: { code: 'model_not_found' } });
  });
});

test('the tally keeps a response under the name that its metadata says', async () => {
  const response = await (await post({ ...hello, metadata: { 'sandbox-request': 'mine' } })).json();
  expect((await sandbox.tally('mine')).recent).toMatchObject([
    { id: response.id, outcome: 'completed', inputTokens: 10, outputTokens: 3 },
  ]);
});
