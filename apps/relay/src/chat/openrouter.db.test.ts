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
import { startTestRelay } from '../testing/test-relay.ts';

const BALANCE = 1_000_000_000n;
const CALL = { model: 'acme/one', messages: [{ role: 'user', content: 'hi' }] };
const REPLY = {
  id: 'vendors-id',
  object: 'chat.completion',
  model: 'upstream-model',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: 'Hello.', reasoning_content: 'Hm.' },
      finish_reason: 'stop',
    },
  ],
  usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 },
};
const BROKEN = answers(500, { error: { message: 'It broke.' } });
const OPENROUTER = 'speakeasy-sdk/typescript 1.3.19 2.900.0 1.0.0 @openrouter/sdk';

/** `acme/one` is served by `one`, `acme/two`, which is dearer and writes less, by `two`. */
async function stage(script: VendorScript = answers(200, REPLY)) {
  const one = await standInVendor(script);
  const two = await standInVendor(answers(200, REPLY));
  const relay = await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: `${one.host},${two.host}` });
  const { key, accountId } = await relay.createCaller(BALANCE);
  await relay.addModel({
    baseUrl: one.baseUrl,
    vendor: 'one',
    modelId: 'acme/one',
    inputNanoUsdPerMtok: 2_000_000n,
    outputNanoUsdPerMtok: 3_000_000n,
    outputTokensMax: 500,
  });
  await relay.addModel({
    baseUrl: two.baseUrl,
    vendor: 'two',
    modelId: 'acme/two',
    inputNanoUsdPerMtok: 20_000_000n,
    outputNanoUsdPerMtok: 90_000_000n,
    outputTokensMax: 100,
  });
  return {
    one,
    two,
    relay,
    accountId,
    post: (more: object, init: { path?: string; client?: string } = {}) => {
      const { client = 'a client', ...rest } = init;
      const headers = { authorization: `Bearer ${key}`, 'user-agent': client };
      return relay.post(key, { ...CALL, ...more }, { ...rest, headers });
    },
    async [Symbol.asyncDispose]() {
      await relay[Symbol.asyncDispose]();
      await one[Symbol.asyncDispose]();
      await two[Symbol.asyncDispose]();
    },
  };
}

describe('a call with further models', () => {
  it('is served by the next when the first fails: the reply, the row and the roll-ups name it', async () => {
    await using test = await stage(BROKEN);
    const response = await test.post({ models: ['acme/one', 'nobody/knows', 'acme/two'] });

    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ model: 'acme/two', provider: 'two' });
    expect(test.two.calls).toEqual([{ ...CALL, model: 'upstream-model', max_tokens: 100 }]);
    const row = await test.relay.closedRow();
    expect(row).toMatchObject({ modelId: 'acme/two', vendor: 'two', chargeNanoUsd: 280n });
    expect(row.failedAttempts).toMatchObject([{ vendor: 'one' }]);
    const usage = await test.relay.sql`select model_id, charge_nano_usd from usage_daily`;
    expect([...usage]).toEqual([{ model_id: 'acme/two', charge_nano_usd: 280n }]);
  });

  it('is held for as the dearest of them, each with its own limit', async () => {
    await using test = await stage();
    await test.post({ models: ['acme/two'] });

    const { holdNanoUsd, modelId, affordableOutputTokens } = await test.relay.closedRow();
    expect(test.one.calls).toMatchObject([{ max_tokens: 500 }]);
    // 100 tokens of the dearer model's come to more than the 500 of the cheaper one's.
    expect(holdNanoUsd).toBeGreaterThanOrEqual(9_000n);
    expect(holdNanoUsd).toBeLessThan(10_000n);
    expect([modelId, affordableOutputTokens]).toEqual(['acme/one', null]);
  });

  it('may leave `model` out, and hears that there is none when it knows none of them', async () => {
    await using test = await stage();
    const named = await test.post({ model: undefined, models: ['nobody/knows', 'acme/two'] });
    expect(await named.json()).toMatchObject({ model: 'acme/two' });
    const unknown = await test.post({ model: 'nobody/knows', models: ['nor/this'] });
    expect([unknown.status, await unknown.json()]).toMatchObject([
      404,
      { error: { code: 'model_not_found' } },
    ]);
  });
});

describe('what a client says of vendors', () => {
  it('is heeded, and told to none of them', async () => {
    await using test = await stage();
    await test.relay.addModel({ baseUrl: test.two.baseUrl, vendor: 'two', modelId: 'acme/one', priority: 1 });
    const served = async (provider: object, path?: string) => {
      const body = path === undefined ? { provider } : { provider, input: 'x' };
      const reply = await test.post(body, path === undefined ? {} : { path });
      return ((await reply.json()) as { provider?: string }).provider ?? reply.status;
    };
    expect(await served({ require_parameters: true })).toBe('one');
    expect(await served({ order: ['Two'] })).toBe('two');
    expect(await served({ ignore: ['one'] })).toBe('two');
    expect(await served({ only: ['two/eu'] })).toBe(404);
    expect(await served({ max_price: { prompt: '0.001' } })).toBe('two');
    expect(await served({ max_price: { prompt: 0.0005 } })).toBe(404);
    test.two.script = answers(200, { object: 'list', data: [{ index: 0, embedding: [0.1] }] });
    expect(await served({ only: ['two'] }, '/v1/embeddings')).toBe('two');
    for (const call of [...test.one.calls, ...test.two.calls]) expect(call).not.toHaveProperty('provider');
  });

  it('of parameters that it requires is heeded: only who has all of them is asked', async () => {
    await using test = await stage();
    const { one, two, relay } = test;
    const modelId = 'acme/three';
    // Has no words for a seed, and would be sent a request without the wish for brevity.
    await relay.addModel({ baseUrl: one.baseUrl, vendor: 'one', modelId, dialect: 'anthropic-messages' });
    // Would refuse the request.
    await relay.addModel({ baseUrl: one.baseUrl, vendor: 'groq', modelId, priority: 1 });
    await relay.addModel({ baseUrl: two.baseUrl, vendor: 'two', modelId, priority: 2 });
    const served = async (more: object) => {
      const reply = await test.post({ model: modelId, provider: { require_parameters: true }, ...more });
      const { provider, error } = (await reply.json()) as { provider?: string; error?: { code: string } };
      return provider ?? error?.code;
    };
    one.script = answers(400, { error: { message: 'Bad.' } });

    expect(await served({ verbosity: 'low', logprobs: true })).toBe('two');
    expect(await served({ seed: 1, logit_bias: { '7': 1 } })).toBe('two');
    expect(await served({ n: 2 })).toBe('two');
    expect(one.calls).toEqual([]);
    // Who serves it all the same is the first: nothing of it is beyond them.
    expect(await served({ n: 1, temperature: 0.5, response_format: { type: 'text' } })).toBe(
      'invalid_request',
    );
    expect(one.urls).toEqual(['/v1/messages']);
    expect(await served({ seed: 1, provider: { require_parameters: true, ignore: ['two', 'groq'] } })).toBe(
      'not_found',
    );
  });

  it('is refused by name where nothing is made of it', async () => {
    await using test = await stage();
    for (const [field, more] of Object.entries({
      'provider.zdr': { provider: { zdr: true } },
      'provider.sort': { provider: { sort: 'exacto' } },
      'provider.order[0]': { provider: { order: [7] } },
      'provider.max_price.prompt': { provider: { max_price: { prompt: 'cheap' } } },
      'provider.max_price.words': { provider: { max_price: { words: 1 } } },
      'usage.exclude': { usage: { exclude: true } },
      'models[0]': { models: [''] },
      route: { route: 'sort' },
    })) {
      const refused = await test.post(more);
      expect([refused.status, await refused.json()]).toMatchObject([400, { error: { param: field } }]);
    }
  });
});

describe('a reply in OpenRouter’s words', () => {
  const ASKS = { usage: { include: true } };

  it('says what it cost, exactly what was charged, and who served', async () => {
    await using test = await stage();
    const reply = (await (await test.post(ASKS)).json()) as { id: string };
    const { id, chargeNanoUsd } = await test.relay.closedRow();
    expect(chargeNanoUsd).toBe(16n);
    expect(reply).toEqual({
      ...REPLY,
      id: id.replace('req_', 'gen-'),
      model: 'acme/one',
      provider: 'one',
      system_fingerprint: null,
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'Hello.', reasoning_content: 'Hm.', reasoning: 'Hm.' },
          finish_reason: 'stop',
          native_finish_reason: 'stop',
        },
      ],
      usage: {
        ...REPLY.usage,
        cost: 0.000000016,
        is_byok: false,
        cost_details: {
          upstream_inference_cost: null,
          upstream_inference_prompt_cost: 0.00000001,
          upstream_inference_completions_cost: 0.000000006,
        },
      },
    });
  });

  it('is not what others get: their bytes pass untouched', async () => {
    await using test = await stage();
    expect(await (await test.post({})).text()).toBe(JSON.stringify(REPLY));
    expect(await (await test.post({ usage: { include: false } })).text()).toBe(JSON.stringify(REPLY));
    expect(test.one.calls[1]).not.toHaveProperty('usage');
  });

  it('ends a stream with its cost before [DONE], be it that the vendor gives no figures', async () => {
    const chunks = [textChunk('Hello'), textChunk('.', 'stop')];
    await using test = await stage(streams(...chunks, usageChunk(5, 2), DONE));
    const events = async (more: object, client?: string) =>
      (await (await test.post({ stream: true, ...more }, client === undefined ? {} : { client })).text())
        .trim()
        .split('\n\n')
        .map((event) => (event === 'data: [DONE]' ? 'done' : (JSON.parse(event.slice(6)) as object)));
    const cost = { usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7, cost: 0.000000016 } };

    const asked = await events(ASKS);
    expect(asked).toMatchObject([
      { provider: 'one', model: 'acme/one', choices: [{ delta: { content: 'Hello' } }] },
      { choices: [{ finish_reason: 'stop', native_finish_reason: 'stop' }] },
      { object: 'chat.completion.chunk', choices: [], ...cost },
      'done',
    ]);
    expect(asked[1]).not.toHaveProperty('usage');
    expect(await events({}, OPENROUTER)).toMatchObject([{}, {}, cost, 'done']);
    expect(await events({ provider: {} })).toMatchObject([{ provider: 'one' }, {}, 'done']);
    test.one.script = streams(...chunks, DONE);
    expect(await events(ASKS)).toMatchObject([{}, {}, { usage: { completion_tokens: 2 } }, 'done']);
    const charges = (await test.relay.rows()).map(({ chargeNanoUsd }) => chargeNanoUsd);
    expect(charges.slice(0, 3)).toEqual([16n, 16n, 16n]);
  });

  it.each(['openai-responses', 'openai-chat'] as const)(
    'has its cost in the usage of a response, whole and at the end of a stream, by way of %s',
    async (dialect) => {
      const passes = dialect === 'openai-responses';
      const output = [
        { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hello.' }] },
      ];
      const usage = { input_tokens: 5, output_tokens: 2, total_tokens: 7 };
      const response = { id: 'resp_1', object: 'response', status: 'completed', output, usage };
      const delta = { type: 'response.output_text.delta', delta: 'Hello.' };
      const ended = { type: 'response.completed', response };
      const cost = {
        cost: 0.000000016,
        is_byok: false,
        cost_details: {
          upstream_inference_cost: null,
          upstream_inference_input_cost: 0.00000001,
          upstream_inference_output_cost: 0.000000006,
        },
      };
      await using test = await stage();
      await test.relay.addModel({
        baseUrl: test.one.baseUrl,
        vendor: 'one',
        modelId: 'acme/three',
        dialect,
        inputNanoUsdPerMtok: 2_000_000n,
        outputNanoUsdPerMtok: 3_000_000n,
      });
      const ask = async (more: object, client = 'a client') => {
        const body = { model: 'acme/three', input: 'hi', messages: undefined, ...more };
        return (await test.post(body, { path: '/v1/responses', client })).text();
      };

      if (passes) test.one.script = answers(200, response);
      if (passes) expect(await ask({})).toBe(JSON.stringify(response));
      else expect(JSON.parse(await ask({}))).not.toHaveProperty('usage.cost');
      expect(JSON.parse(await ask(ASKS))).toMatchObject({
        status: 'completed',
        usage: { ...usage, ...cost },
      });
      expect(JSON.parse(await ask({}, OPENROUTER))).toMatchObject({ usage: cost });

      const events = [delta, ended].map((event) => `event: ${event.type}\n${sse(event)}`);
      test.one.script = passes
        ? streams(...events)
        : streams(textChunk('Hello.', 'stop'), usageChunk(5, 2), DONE);
      if (passes) expect(await ask({ stream: true })).toBe(events.join(''));
      const last = (await ask({ stream: true, ...ASKS })).trim().split('\n\n').at(-1) ?? '';
      expect(last.startsWith('event: response.completed\ndata: ')).toBe(true);
      expect(JSON.parse(last.slice(last.indexOf('{')))).toMatchObject({
        type: 'response.completed',
        response: { status: 'completed', usage: { ...usage, ...cost } },
      });
      const charges = (await test.relay.rows()).map(({ chargeNanoUsd }) => chargeNanoUsd);
      expect(new Set(charges)).toEqual(new Set([16n]));
    },
  );

  it('tells of an error within a stream by a chunk that is one, and carries it', async () => {
    await using test = await stage(streams(textChunk('Hello'), sse({ error: { message: 'It broke.' } })));
    const last =
      (await (await test.post({ ...ASKS, stream: true })).text()).trim().split('\n\n').at(-1) ?? '';
    expect(JSON.parse(last.slice(6))).toMatchObject({
      object: 'chat.completion.chunk',
      model: 'acme/one',
      choices: [{ index: 0, delta: {}, finish_reason: 'error' }],
      error: { code: 502, message: expect.stringContaining('It broke.') },
    });
  });

  it('has numbers for the codes of errors, if it is its own client that calls', async () => {
    await using test = await stage();
    const codeOf = async (client: string) => {
      const refused = await test.post({ model: 'nobody/knows' }, { client });
      return ((await refused.json()) as { error: { code: unknown } }).error.code;
    };
    expect(await codeOf(OPENROUTER)).toBe(404);
    expect(await codeOf('OpenAI/JS 7')).toBe('model_not_found');
  });
});
