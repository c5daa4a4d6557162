import { describe, expect, it } from 'vitest';
import {
  answers,
  sse,
  standInVendor,
  streams,
  textChunk,
  type VendorScript,
} from '../testing/stand-in-vendor.ts';
import { startTestRelay, type ModelSpec } from '../testing/test-relay.ts';

const IDLE_MS = '300';
const QUESTION = { role: 'user', content: 'Hi?' };
const CHAT_CALL = { model: 'test/model', messages: [QUESTION], stream: true };
const ANTHROPIC_CALL = { ...CHAT_CALL, max_tokens: 100 };
const GOOGLE_CALL = { contents: [{ role: 'user', parts: [{ text: 'Hi?' }] }] };

const ANTHROPIC = { path: '/v1/messages' };
const GOOGLE_EVENTS = { path: '/v1beta/models/test/model:streamGenerateContent?alt=sse' };
const GOOGLE_ARRAY = { path: '/v1beta/models/test/model:streamGenerateContent' };

const chatPiece = (delta: object) => sse({ choices: [{ index: 0, delta }] });
const named = (type: string, more: object = {}) => `event: ${type}\n${sse({ type, ...more })}`;
const candidate = (text: string, more: object = {}) =>
  sse({ candidates: [{ content: { role: 'model', parts: [{ text }] }, ...more }] });

async function start(script: VendorScript, model: Partial<ModelSpec> = {}) {
  const vendor = await standInVendor(script);
  const relay = await startTestRelay({
    WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host,
    WEIR_UPSTREAM_IDLE_TIMEOUT_MS: IDLE_MS,
  });
  const { key } = await relay.createCaller(1_000_000_000n);
  await relay.addModel({ baseUrl: vendor.baseUrl, ...model });
  return {
    vendor,
    relay,
    text: async (body: object, init = {}) => (await relay.post(key, body, init)).text(),
    async [Symbol.asyncDispose]() {
      await relay[Symbol.asyncDispose]();
      await vendor[Symbol.asyncDispose]();
    },
  };
}

describe('a stream of Anthropic’s that breaks off', () => {
  const pieces = [
    named('message_start', { message: { id: 'm1', usage: { input_tokens: 5, output_tokens: 1 } } }),
    named('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
    named('content_block_delta', { index: 0, delta: { type: 'text_delta', text: 'one two three' } }),
  ];

  it.each([
    ['in its own words', ANTHROPIC_CALL, ANTHROPIC],
    ['translated', CHAT_CALL, {}],
  ])(
    'is charged for what was delivered, not for the figure that it begins with: %s',
    async (_, body, init) => {
      await using test = await start(streams(...pieces), { dialect: 'anthropic-messages' });
      await test.text(body, init);
      expect(await test.relay.closedRow()).toMatchObject({
        outcome: 'upstream_truncated',
        inputTokens: 5,
        outputTokens: 3,
        usageSource: 'counted',
      });
    },
  );

  it('is counted as well when it ends without a figure', async () => {
    const end = [named('message_delta', { delta: { stop_reason: 'end_turn' } }), named('message_stop')];
    await using test = await start(streams(...pieces, ...end), { dialect: 'anthropic-messages' });
    await test.text(ANTHROPIC_CALL, ANTHROPIC);
    expect(await test.relay.closedRow()).toMatchObject({ outcome: 'ok', inputTokens: 5, outputTokens: 3 });
  });
});

describe('what is delivered before a stream breaks off is charged for', () => {
  it.each([
    ['a call of a custom tool', { tool_calls: [{ index: 0, custom: { name: 'f', input: 'one two' } }] }, 2],
    ['speech', { audio: { data: 'AAAA', transcript: 'one two' } }, 2],
    ['a picture', { images: [{ image_url: { url: 'data:image/png;base64,AAAA' } }] }, 0],
  ])('if it is %s', async (_, delta, outputTokens) => {
    await using test = await start(streams(chatPiece(delta)));
    await test.text(CHAT_CALL);
    expect(await test.relay.closedRow()).toMatchObject({ state: 'settled', outputTokens });
  });

  it.each([
    ['in its own words', GOOGLE_CALL, GOOGLE_EVENTS],
    ['translated', CHAT_CALL, {}],
  ])('if it is a picture of Google’s, %s', async (_, body, init) => {
    const picture = sse({
      candidates: [{ content: { parts: [{ inlineData: { mimeType: 'image/png', data: 'AAAA' } }] } }],
      usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 1290 },
    });
    await using test = await start(streams(picture), { dialect: 'google-gemini' });
    await test.text(body, init);
    expect(await test.relay.closedRow()).toMatchObject({ inputTokens: 5, outputTokens: 1290 });
  });
});

it('what came before something that can’t be read is delivered, in one piece with it or not', async () => {
  await using test = await start(streams(`${textChunk('one two three')}data: {nonsense\n\n`));
  expect(await test.text(ANTHROPIC_CALL, ANTHROPIC)).toContain('one two three');
  expect(await test.relay.closedRow()).toMatchObject({ outcome: 'upstream_invalid_reply', outputTokens: 3 });
});

describe('an error in a stream of OpenAI’s Responses is numbered after the event that was sent last', () => {
  const CALL = { model: 'test/model', input: 'Hi?', stream: true };
  const numbers = (text: string) =>
    [...text.matchAll(/"sequence_number":(\d+)\}\n/g)].map(([, number]) => Number(number));

  it('where it was translated', async () => {
    const ofAnother = sse({ choices: [{ index: 1, delta: { content: 'No place for this.' } }] });
    await using test = await start(streams(textChunk('Hello.'), ofAnother));
    const text = await test.text(CALL, { path: '/v1/responses' });
    expect(text).toContain('event: error\n');
    const sent = numbers(text);
    expect(sent.length).toBeGreaterThan(3);
    expect(sent).toEqual([...sent.keys()]);
  });

  it('where it passed', async () => {
    const response = { id: 'resp_1', object: 'response', status: 'in_progress', output: [] };
    const pieces = [
      named('response.created', { response, sequence_number: 0 }),
      named('response.in_progress', { response, sequence_number: 1 }),
      named('response.output_text.delta', { delta: '"sequence_number":9}', sequence_number: 2 }),
    ];
    await using test = await start(streams(...pieces), { dialect: 'openai-responses' });
    const text = await test.text(CALL, { path: '/v1/responses' });
    expect(text).toContain('event: error\n');
    expect(numbers(text)).toEqual([0, 1, 2, 3]);
  });
});

describe('a stream of Google’s, whose dialect has no terminator', () => {
  const FINISHED = { finishReason: 'STOP' };

  it.each([
    ['as events', GOOGLE_EVENTS],
    ['as an array', GOOGLE_ARRAY],
  ])('that goes on after it seemed complete is cut off if it does not finish again, %s', async (_, init) => {
    const pieces = [candidate('first', { index: 0, ...FINISHED }), candidate('second', { index: 1 })];
    await using test = await start(streams(...pieces), { dialect: 'google-gemini' });
    expect(await test.text(GOOGLE_CALL, init)).toMatch(/first.*second.*"error"/s);
    expect(await test.relay.closedRow()).toMatchObject({ outcome: 'upstream_truncated' });
  });

  it.each([
    ['as events', GOOGLE_CALL, GOOGLE_EVENTS],
    ['as an array', GOOGLE_CALL, GOOGLE_ARRAY],
    ['translated', CHAT_CALL, {}],
  ])('that is complete, and never ends, is a complete reply, %s', async (_, body, init) => {
    await using test = await start(
      (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(candidate('one two three', FINISHED));
      },
      { dialect: 'google-gemini' },
    );
    const text = await test.text(body, init);
    expect(text).toContain('one two three');
    expect(text).not.toContain('"error"');
    expect(await test.relay.closedRow()).toMatchObject({ outcome: 'ok', outputTokens: 3 });
  });

  it('that sends for ever after it was complete is not kept for ever', async () => {
    const more = candidate('x'.repeat(1_000_000), FINISHED);
    await using test = await start(
      (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        const send = (): unknown => !response.destroyed && response.write(more, () => setImmediate(send));
        send();
      },
      { dialect: 'google-gemini' },
    );
    const text = await test.text(GOOGLE_CALL, GOOGLE_EVENTS);
    expect(text.length).toBeLessThan(40_000_000);
    expect(await test.relay.closedRow()).toMatchObject({ outcome: 'ok' });
  }, 30_000);
});

it.each([400, 200])(
  'a vendor’s error, sent with %i, says nothing of its key or its hosts',
  async (status) => {
    const message =
      'gpu-7.vendor.internal:8443, node.vendor.com:9000, [fd00::1]:9 and project_number:123456 refuse vendor-secret';
    await using test = await start(answers(status, { error: { message, param: 'vendor-secret' } }));
    const text = await test.text({ ...CHAT_CALL, stream: false });
    expect(text).toContain('refuse');
    expect(text).not.toMatch(/vendor-secret|gpu-7|vendor\.com|fd00|123456/);
  },
);
