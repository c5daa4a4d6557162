import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startInProcess } from '../in-process.ts';

const BALANCE = 10_000_000_000n;

/** One of each dialect that the vendor may speak: the body passes as it is to the one, and is translated for the others. */
const MODELS = ['test/openai', 'test/anthropic', 'test/google'] as const;
const VENDORS = {
  'test/openai': 'openai-chat',
  'test/anthropic': 'anthropic-messages',
  'test/google': 'google-gemini',
} as const;

const text = { type: 'text', text: 'hi' };
const tool = { name: 'f', description: 'd' };
const schema = { type: 'object', properties: { city: { type: 'string' } } };

/** Where calls are taken, and a body that is right there. */
const CALLS: Readonly<Record<string, (model: string) => object>> = {
  '/v1/chat/completions': (model) => ({
    model,
    max_tokens: 9,
    messages: [{ role: 'user', content: [text] }],
    tools: [{ type: 'function', function: { ...tool, parameters: schema } }],
  }),
  '/v1/responses': (model) => ({
    model,
    max_output_tokens: 9,
    input: [{ role: 'user', content: [{ type: 'input_text', text: 'hi' }] }],
    tools: [{ type: 'function', ...tool, parameters: schema }],
  }),
  '/v1/messages': (model) => ({
    model,
    max_tokens: 9,
    messages: [{ role: 'user', content: [text] }],
    tools: [{ ...tool, input_schema: schema }],
  }),
  '/v1/messages/count_tokens': (model) => ({ model, messages: [{ role: 'user', content: [text] }] }),
  '/v1beta/models/MODEL:generateContent': () => ({
    contents: [{ role: 'user', parts: [{ text: 'hi' }] }],
    generationConfig: { maxOutputTokens: 9 },
    tools: [{ functionDeclarations: [{ ...tool, parameters: schema }] }],
  }),
  '/v1/completions': (model) => ({ model, max_tokens: 9, prompt: 'hi' }),
  '/v1/embeddings': (model) => ({ model, input: 'hi' }),
};

const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };

/** By a part of the address that the vendor was called at: a short reply in its dialect. */
const REPLIES: Readonly<Record<string, object>> = {
  '/messages': {
    id: 'm',
    type: 'message',
    role: 'assistant',
    model: 'm',
    content: [text],
    stop_reason: 'end_turn',
    usage: { input_tokens: 1, output_tokens: 1 },
  },
  ':generateContent': {
    candidates: [{ content: { role: 'model', parts: [{ text: 'hi' }] }, finishReason: 'STOP', index: 0 }],
    usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 1, totalTokenCount: 2 },
  },
  '/embeddings': {
    object: 'list',
    model: 'm',
    data: [{ object: 'embedding', index: 0, embedding: [0.5] }],
    usage: { prompt_tokens: 1, total_tokens: 1 },
  },
  '/chat/completions': {
    id: 'c',
    object: 'chat.completion',
    created: 1,
    model: 'm',
    choices: [{ index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }],
    usage,
  },
  '/completions': {
    id: 'c',
    object: 'text_completion',
    created: 1,
    model: 'm',
    choices: [{ index: 0, text: 'hi', finish_reason: 'stop', logprobs: null }],
    usage,
  },
};

function answer(response: ServerResponse, url: string): void {
  const [, reply] = Object.entries(REPLIES).find(([part]) => url.includes(part)) ?? [];
  response.setHeader('content-type', 'application/json').end(JSON.stringify(reply));
}

/** Everything that an object may carry beside what it should, written as text: `JSON.stringify` would leave it out. */
const POLLUTIONS = [
  '"__proto__":{"polluted":true,"isAdmin":true,"stream":true}',
  '"constructor":{"prototype":{"polluted":true}}',
  '"__proto__":null',
  '"__proto__":[]',
  '"toString":"x","valueOf":1,"hasOwnProperty":null,"toJSON":"x","then":"x"',
];

/** A body with this member in every one of its objects. */
const withMember = (body: string, member: string): string =>
  body.replaceAll(/\{(?=["}])/g, '{' + member + ',').replaceAll(',}', '}');

const nested = (depth: number, open: string, close: string): string =>
  open.repeat(depth) + close.repeat(depth);

let scene: Awaited<ReturnType<typeof startInProcess>>;
let key: string;

beforeAll(async () => {
  scene = await startInProcess((response, _body, request) => answer(response, request.url ?? ''));
  ({ key } = await scene.relay.createCaller(BALANCE));
  for (const modelId of MODELS) {
    await scene.relay.addModel({
      modelId,
      baseUrl: scene.vendor.baseUrl,
      dialect: VENDORS[modelId],
      contextTokensMax: 1_000,
      outputTokensMax: 100,
    });
  }
}, 60_000);

afterAll(async () => scene[Symbol.asyncDispose]());

beforeEach(() => {
  scene.vendor.calls.length = 0;
  scene.relay.logLines.length = 0;
});

async function post(path: string, model: string, body: string | Uint8Array<ArrayBuffer>): Promise<Response> {
  return fetch(scene.relay.url + path.replace('MODEL', model), {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body,
  });
}

/** Nothing failed inside, and whoever comes next is served. */
async function expectSound(): Promise<void> {
  const failures = scene.relay.logLines.filter((line) => (JSON.parse(line) as { level: number }).level >= 50);
  expect(failures).toEqual([]);
  expect((await fetch(`${scene.relay.url}/healthz`)).status).toBe(200);
}

const EVERYWHERE = Object.keys(CALLS).flatMap((path) => MODELS.map((model) => [path, model] as const));
const bodyFor = (path: string, model: string): string => JSON.stringify(CALLS[path]?.(model));

describe('a call', () => {
  it('as it should be is answered', async () => {
    const statuses = await Promise.all(
      EVERYWHERE.map(async ([path, model]) => [
        path,
        model,
        (await post(path, model, bodyFor(path, model))).status,
      ]),
    );
    const isServed = ([path, model]: readonly [string, string]) =>
      !/completions$|embeddings/.test(path) || model === 'test/openai' || path.includes('chat');
    expect(
      statuses
        .filter(([path, model]) => isServed([String(path), String(model)]))
        .map(([, , status]) => status),
    ).toEqual(EVERYWHERE.filter(isServed).map(() => 200));
  });

  it('with members that objects have by nature pollutes none', async () => {
    for (const [path, model] of EVERYWHERE) {
      for (const member of POLLUTIONS) {
        const response = await post(path, model, withMember(bodyFor(path, model), member));
        const reply = await response.text();
        expect([path, model, member, response.status < 500, reply.includes('"polluted"')]).toEqual([
          path,
          model,
          member,
          true,
          false,
        ]);
        const fresh: Record<string, unknown> = {};
        expect([fresh['polluted'], fresh['isAdmin'], fresh['stream']]).toEqual([
          undefined,
          undefined,
          undefined,
        ]);
      }
    }
    await expectSound();
  }, 60_000);

  it('with a member given twice goes to the vendor with the one that was judged', async () => {
    const twice = '{"model":"test/none","max_tokens":100000000,"messages":[],';
    const body = twice + bodyFor('/v1/chat/completions', 'test/openai').slice(1);
    expect((await post('/v1/chat/completions', 'test/openai', body)).status).toBe(200);
    const [sent] = scene.vendor.calls;
    expect(sent).toMatchObject({ model: 'upstream-model', max_tokens: 9, messages: [{ role: 'user' }] });
    expect(scene.vendor.raw.at(-1)?.match(/"(model|max_tokens|messages)":/g)).toHaveLength(3);
  });

  it('nested a hundred thousand deep, wherever that may be, ends no process and holds up nobody', async () => {
    const depths = [nested(100_000, '[', ']'), nested(80_000, '{"a":', '}').replace('}', '1}')];
    for (const [path, model] of EVERYWHERE) {
      const body = bodyFor(path, model);
      for (const deep of depths) {
        for (const hostile of [
          deep,
          body.replace('"hi"', deep),
          body.replace('{"city":{"type":"string"}}', deep),
          `{"metadata":${deep},${body.slice(1)}`,
        ]) {
          const response = await post(path, model, hostile);
          await response.text();
          expect([path, model, hostile.slice(0, 40), response.status < 500]).toEqual([
            path,
            model,
            hostile.slice(0, 40),
            true,
          ]);
        }
      }
    }
    await expectSound();
  }, 120_000);

  it('of bytes that are no text, or of characters that databases and terminals choke on, fails nothing', async () => {
    for (const [path, model] of EVERYWHERE) {
      const body = bodyFor(path, model);
      for (const word of [
        '\\u0000',
        '\\ud800',
        '\\udc00\\ud800',
        '\\u202e',
        '\\uffff',
        "' or 1=1 --",
        '<|endoftext|>',
      ]) {
        const response = await post(path, model, body.replace('"hi"', `"${word}"`));
        expect([path, model, word, response.status < 500]).toEqual([path, model, word, true]);
        const named = await post(
          path,
          model,
          body.replaceAll(model, `${model}${word}`).replace('"f"', `"${word}"`),
        );
        expect([path, model, word, named.status < 500]).toEqual([path, model, word, true]);
      }
      const [before = '', after = ''] = body.split('hi');
      const bytes = Buffer.concat([
        Buffer.from(before),
        Buffer.from([0xff, 0xfe, 0xc0, 0x80, 0xed, 0xa0, 0x80]),
        Buffer.from(after),
      ]);
      expect([path, model, (await post(path, model, new Uint8Array(bytes))).status < 500]).toEqual([
        path,
        model,
        true,
      ]);
    }
    await expectSound();
  }, 60_000);

  it('that is no object is refused', async () => {
    for (const [path, model] of EVERYWHERE) {
      for (const body of [
        '',
        'null',
        '1',
        '"x"',
        '[]',
        'true',
        '{}',
        '{"model":{}}',
        '{"model":null}',
        '\u0000',
      ]) {
        const { status } = await post(path, model, body);
        expect([path, body, status >= 400 && status < 500]).toEqual([path, body, true]);
      }
    }
    await expectSound();
  });
});
