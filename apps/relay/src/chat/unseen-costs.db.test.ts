import { describe, expect, it } from 'vitest';
import { answers, standInVendor } from '../testing/stand-in-vendor.ts';
import { startTestRelay, type ModelSpec } from '../testing/test-relay.ts';

const BALANCE = 1_000_000_000n;
const CONTEXT_TOKENS = 100_000;
const TEXT = { role: 'user', content: 'Hi?' };

const CHAT = { path: '/v1/chat/completions' };
const RESPONSES = { path: '/v1/responses' };
const ANTHROPIC = { path: '/v1/messages' };
const GOOGLE = { path: '/v1beta/models/test/model:generateContent' };
const EMBEDDINGS = { path: '/v1/embeddings' };

async function start(model: Partial<ModelSpec>) {
  const vendor = await standInVendor(answers(500, {}));
  const relay = await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host });
  const { key, accountId } = await relay.createCaller(BALANCE);
  await relay.addModel({ baseUrl: vendor.baseUrl, contextTokensMax: CONTEXT_TOKENS, ...model });
  return {
    vendor,
    relay,
    money: () => relay.money(accountId),
    post: (body: object, init: { path: string }) => relay.post(key, { model: 'test/model', ...body }, init),
    async [Symbol.asyncDispose]() {
      await relay[Symbol.asyncDispose]();
      await vendor[Symbol.asyncDispose]();
    },
  };
}

const PDF = 'data:application/pdf;base64,AAAA';
const part = (...content: object[]) => ({ role: 'user', content });

describe('a hold covers the whole context, where a small file or an address may lead to so much', () => {
  const chat = (one: object) => ({ messages: [part(one)] });
  const responses = (one: object) => ({ input: [part(one)] });
  const anthropic = (one: object) => ({ max_tokens: 9, messages: [part(one)] });
  const google = (one: object) => ({ contents: [{ parts: [one] }] });
  const pdf = { type: 'base64', media_type: 'application/pdf', data: 'AAAA' };

  it.each([
    ['openai-chat', CHAT, chat({ type: 'file', file: { file_data: PDF } })],
    ['openai-chat', CHAT, chat({ type: 'file', file: { file_data: PDF }, text: '', image_url: null })],
    ['openai-chat', CHAT, chat({ type: 'input_audio', input_audio: { data: 'AAAA', format: 'mp3' } })],
    ['openai-responses', RESPONSES, responses({ type: 'input_file', file_url: 'https://a.example/b.pdf' })],
    ['openai-responses', RESPONSES, responses({ type: 'input_file', file_data: PDF })],
    ['anthropic-messages', ANTHROPIC, anthropic({ type: 'document', source: pdf })],
    ['google-gemini', GOOGLE, google({ inlineData: { mimeType: 'application/pdf', data: 'AAAA' } })],
    ['google-gemini', GOOGLE, google({ fileData: { mimeType: 'image/png', fileUri: 'https://youtu.be/a' } })],
  ] as const)('%s, %o: %j', async (dialect, init, body) => {
    await using test = await start({ dialect, outputTokensMax: 9, outputNanoUsdPerMtok: 0n });
    await (await test.post(body, init)).text();
    expect((await test.relay.closedRow()).holdNanoUsd).toBe(BigInt(CONTEXT_TOKENS));
  });
});

describe('a hold covers', () => {
  it('each of several texts, which may be as long as the context', async () => {
    await using test = await start({ contextTokensMax: 10 });
    await (
      await test.post({ input: Array.from({ length: 100 }, () => 'one two '.repeat(5)) }, EMBEDDINGS)
    ).text();
    expect((await test.relay.closedRow()).holdNanoUsd).toBe(1_000n);
  });

  it.each([
    ['openai-chat', CHAT, { messages: [part({ type: 'refusal', refusal: 'word '.repeat(5_000) })] }],
    [
      'anthropic-messages',
      ANTHROPIC,
      {
        max_tokens: 1,
        messages: [part({ type: 'search_result', content: [{ type: 'text', text: 'word '.repeat(5_000) }] })],
      },
    ],
  ] as const)('text in whichever kind of part: %s', async (dialect, init, body) => {
    await using test = await start({ dialect, outputTokensMax: 1 });
    await (await test.post(body, init)).text();
    expect((await test.relay.closedRow()).holdNanoUsd).toBeGreaterThan(5_000n);
  });

  it('what comes after the gap that a completion fills', async () => {
    await using test = await start({});
    const body = { prompt: 'x', suffix: 'word '.repeat(5_000) };
    await (await test.post(body, { path: '/v1/completions' })).text();
    expect((await test.relay.closedRow()).holdNanoUsd).toBeGreaterThan(5_000n);
  });
});

describe('what the vendor charges for beside tokens, or at another price, is refused by name', () => {
  const chat = { messages: [TEXT] };
  const responses = { input: 'Hi?' };
  const anthropic = { max_tokens: 9, messages: [TEXT] };
  const google = { contents: [{ parts: [{ text: 'Hi?' }] }] };

  it.each([
    ['openai-chat', CHAT, chat, 'web_search_options', {}],
    ['openai-chat', CHAT, chat, 'search_parameters', {}],
    ['openai-chat', CHAT, chat, 'plugins', [{ id: 'web' }]],
    ['openai-chat', CHAT, chat, 'tools', [{ type: 'builtin_function', function: { name: '$web_search' } }]],
    ['openai-chat', CHAT, chat, 'service_tier', 'priority'],
    ['openai-responses', RESPONSES, responses, 'tools', [{ type: 'web_search' }]],
    ['openai-responses', RESPONSES, responses, 'tools', [{ type: 'image_generation' }]],
    ['openai-responses', RESPONSES, responses, 'service_tier', 'priority'],
    ['anthropic-messages', ANTHROPIC, anthropic, 'tools', [{ type: 'web_search_20250305' }]],
    ['anthropic-messages', ANTHROPIC, anthropic, 'mcp_servers', [{ url: 'https://a.example' }]],
    ['google-gemini', GOOGLE, google, 'tools', [{ google_search: {} }]],
    ['google-gemini', GOOGLE, google, 'tools', { functionDeclarations: [], urlContext: {} }],
    ['google-gemini', GOOGLE, google, 'cached_content', 'cachedContents/another’s'],
    ['google-gemini', GOOGLE, google, 'serviceTier', 'priority'],
  ] as const)('%s, %o, %j: %s %j', async (dialect, init, body, field, value) => {
    await using test = await start({ dialect });
    const response = await test.post({ ...body, [field]: value }, init);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(field);
    expect(test.vendor.calls).toEqual([]);
    expect(await test.money()).toEqual({ balance: BALANCE, held: 0n });
  });

  it.each([
    ['openai-chat', CHAT, chat, [{ type: 'custom', custom: { name: 'f' } }]],
    ['openai-responses', RESPONSES, responses, [{ type: 'custom', name: 'f' }, { type: 'local_shell' }]],
    ['anthropic-messages', ANTHROPIC, anthropic, [{ name: 'f' }, { type: 'bash_20250124', name: 'bash' }]],
    ['google-gemini', GOOGLE, google, [{ function_declarations: [{ name: 'f' }] }]],
  ] as const)('and tools of the client’s own are not: %s', async (dialect, init, body, tools) => {
    await using test = await start({ dialect });
    await (await test.post({ ...body, tools }, init)).text();
    expect(test.vendor.calls).toMatchObject([{ tools }]);
  });
});
