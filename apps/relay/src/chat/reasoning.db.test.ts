import { describe, expect, it } from 'vitest';
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
import { startTestRelay, type ModelSpec } from '../testing/test-relay.ts';

const CALL = { model: 'test/model', messages: [{ role: 'user', content: 'hi' }], max_tokens: 50 };
const THOUGHT = 'A secret thought.';
const USAGE = { prompt_tokens: 5, completion_tokens: 9, total_tokens: 14 };

async function start(script: VendorScript, model: Partial<ModelSpec> = {}) {
  const stack = new AsyncDisposableStack();
  const vendor = stack.use(await standInVendor(script));
  const relay = stack.use(await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host }));
  const { key } = await relay.createCaller(1_000_000_000n);
  await relay.addModel({ baseUrl: vendor.baseUrl, ...model });
  const post = (more: object) => relay.post(key, { ...CALL, ...more });
  return { vendor, relay, post, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

const replies = (message: object): VendorScript =>
  answers(200, {
    object: 'chat.completion',
    choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: 'stop' }],
    usage: USAGE,
  });

const said = replies({ content: 'Hello.' });
const pieces = (delta: object) => sse({ id: 'c', choices: [{ index: 0, delta, finish_reason: null }] });

describe('how much to think, in OpenRouter’s words', () => {
  const BUDGET = { max_tokens: 3_000, exclude: true };

  it.each([
    ['openai', { effort: 'high' }, { reasoning_effort: 'high' }],
    ['openai', BUDGET, { reasoning_effort: 'low' }],
    ['openai', { enabled: true }, { reasoning_effort: 'medium' }],
    ['openai', { exclude: true }, {}],
    ['one of my own', { enabled: false }, { reasoning_effort: 'none' }],
    ['deepseek', { effort: 'low' }, { thinking: { type: 'enabled' }, reasoning_effort: 'low' }],
    ['deepseek', { effort: 'none' }, { thinking: { type: 'disabled' } }],
    ['qwen', BUDGET, { enable_thinking: true, thinking_budget: 3_000 }],
    ['qwen', { effort: 'high' }, { enable_thinking: true, thinking_budget: 25 }],
    ['qwen', { enabled: false }, { enable_thinking: false }],
    ['openrouter', BUDGET, { reasoning: BUDGET, include_reasoning: true }],
  ])('is told to %s as it knows it: %j', async (vendorId, reasoning, expected) => {
    await using test = await start(said, { vendor: vendorId });
    expect((await test.post({ reasoning, include_reasoning: true })).status).toBe(200);
    const {
      model: _,
      messages: _messages,
      max_tokens,
      max_completion_tokens,
      ...rest
    } = test.vendor.calls[0]!;
    expect(rest).toEqual(expected);
    expect(max_tokens ?? max_completion_tokens).toBe(50);
  });

  it('is refused by name where it is malformed', async () => {
    await using test = await start(said, { vendor: 'openai' });
    for (const [param, reasoning] of [
      ['reasoning.effort', { effort: 'much' }],
      ['reasoning.depth', { depth: 1 }],
      ['reasoning.exclude', { exclude: 'yes' }],
    ] as const) {
      const response = await test.post({ reasoning });
      expect([response.status, await response.json()]).toMatchObject([400, { error: { param } }]);
    }
    expect(test.vendor.calls).toEqual([]);
  });
});

it('how much to think is no part of completions, but for OpenRouter’s own', async () => {
  await using test = await start(said, { vendor: 'openai' });
  const { relay, vendor } = test;
  await relay.addModel({ baseUrl: vendor.baseUrl, vendor: 'openrouter', modelId: 'other/model' });
  const { key } = await relay.createCaller(1_000_000_000n);
  const ask = (model: string) =>
    relay.post(key, { model, prompt: 'hi', reasoning: { effort: 'low' } }, { path: '/v1/completions' });
  const refused = await ask('test/model');
  expect([refused.status, await refused.json()]).toMatchObject([400, { error: { param: 'reasoning' } }]);
  expect(vendor.calls).toEqual([]);
  vendor.script = answers(200, {
    choices: [{ index: 0, text: 'Hello.', finish_reason: 'stop' }],
    usage: USAGE,
  });
  expect((await ask('other/model')).status).toBe(200);
  expect(vendor.calls).toMatchObject([{ reasoning: { effort: 'low' } }]);
});

describe('what the model thinks', () => {
  const HIDING = [{ reasoning: { exclude: true } }, { include_reasoning: false }];
  const SHAPES: [string, object][] = [
    ['reasoning_content', { reasoning_content: THOUGHT, content: 'Hello.' }],
    ['reasoning', { reasoning: THOUGHT, content: 'Hello.' }],
    [
      'reasoning_details',
      { reasoning_details: [{ type: 'reasoning.text', text: THOUGHT, index: 0 }], content: 'Hello.' },
    ],
    [
      'parts of the content',
      {
        content: [
          { type: 'thinking', thinking: [{ type: 'text', text: THOUGHT }] },
          { type: 'text', text: 'Hello.' },
        ],
      },
    ],
  ];

  it.each(SHAPES)('is kept from a client that excludes it, and paid for: %s', async (_, speech) => {
    await using test = await start(replies(speech));
    expect(await (await test.post({})).text()).toContain(THOUGHT);
    for (const hiding of HIDING) {
      test.vendor.script = replies(speech);
      const whole = await (await test.post(hiding)).text();
      test.vendor.script = streams(
        pieces({ role: 'assistant', ...speech }),
        textChunk(' Bye.', 'stop'),
        usageChunk(5, 9),
        DONE,
      );
      const stream = await (await test.post({ ...hiding, stream: true })).text();
      for (const text of [whole, stream]) {
        expect(text).toContain('Hello.');
        expect(text).not.toContain(THOUGHT);
        expect(text).not.toContain('reasoning');
      }
      expect(JSON.parse(whole)).toMatchObject({ usage: USAGE });
      expect(stream).toMatch(/ Bye\..*data: \[DONE\]\n\n$/s);
    }
    for (const row of await test.relay.rows()) expect(row).toMatchObject({ outputTokens: 9, outcome: 'ok' });
  });

  it('is kept from it where the vendor speaks another dialect, too', async () => {
    await using test = await start(
      answers(200, {
        type: 'message',
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: THOUGHT, signature: 'sealed' },
          { type: 'text', text: 'Hello.' },
        ],
        stop_reason: 'end_turn',
        usage: { input_tokens: 5, output_tokens: 9 },
      }),
      { dialect: 'anthropic-messages' },
    );
    const whole = await (await test.post({ reasoning: { exclude: true } })).text();
    const delta = (index: number, of: object) =>
      sse({ type: 'content_block_delta', index, delta: of }) + sse({ type: 'content_block_stop', index });
    test.vendor.script = streams(
      sse({ type: 'message_start', message: { usage: { input_tokens: 5 } } }),
      sse({ type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '' } }),
      delta(0, { type: 'thinking_delta', thinking: THOUGHT }),
      sse({ type: 'content_block_start', index: 1, content_block: { type: 'text', text: '' } }),
      delta(1, { type: 'text_delta', text: 'Hello.' }),
      sse({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 9 } }),
      sse({ type: 'message_stop' }),
    );
    const stream = await (await test.post({ reasoning: { exclude: true }, stream: true })).text();
    for (const text of [whole, stream]) {
      expect(text).toContain('Hello.');
      expect(text).not.toContain(THOUGHT);
      expect(text).not.toContain('sealed');
    }
    for (const row of await test.relay.rows()) expect(row).toMatchObject({ outputTokens: 9, outcome: 'ok' });
  });
});
