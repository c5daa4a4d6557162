import { describe, expect, it } from 'vitest';
import { answers, standInVendor } from '../testing/stand-in-vendor.ts';
import { startTestRelay } from '../testing/test-relay.ts';

const USD = 1_000_000_000n;
const HELLO = { model: 'test/model', messages: [{ role: 'user', content: 'hello' }] };

const reply = (content: string, usage?: object) => ({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'upstream-model',
  choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
  ...(usage && { usage }),
});

describe('a JSON call', () => {
  it('passes the reply’s bytes untouched and charges usage × price', async () => {
    const body = `{ "odd" :1, ${JSON.stringify(reply('hi', { prompt_tokens: 11, completion_tokens: 3 })).slice(1)}`;
    await using vendor = await standInVendor(answers(200, body));
    await using relay = await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host });
    await relay.addModel({
      baseUrl: vendor.baseUrl,
      inputNanoUsdPerMtok: 2_000_000n,
      outputNanoUsdPerMtok: 5_000_000n,
    });
    const { key, keyId, accountId } = await relay.createCaller(USD);

    const response = await relay.post(key, { ...HELLO, max_tokens: 100 });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe(body);
    // 11 × 2 + 3 × 5
    expect(await relay.money(accountId)).toEqual({ balance: USD - 37n, held: 0n });
    expect(await relay.rows()).toMatchObject([
      {
        id: response.headers.get('x-request-id'),
        keyId,
        state: 'settled',
        outcome: 'ok',
        inputTokens: 11,
        cachedInputTokens: null,
        outputTokens: 3,
        usageSource: 'vendor',
        chargeNanoUsd: 37n,
        finishReason: 'stop',
        vendor: 'stand-in',
        upstreamModel: 'upstream-model',
        upstreamStatus: 200,
        streamed: false,
      },
    ]);
    expect(vendor.calls).toMatchObject([{ model: 'upstream-model', max_tokens: 100 }]);
  });

  it('without usage is counted, and the row says so', async () => {
    await using vendor = await standInVendor(answers(200, reply('one two three')));
    await using relay = await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host });
    await relay.addModel({ baseUrl: vendor.baseUrl });
    const { key } = await relay.createCaller(USD);
    await relay.post(key, HELLO);
    expect(await relay.closedRow()).toMatchObject({
      state: 'settled',
      outputTokens: 3,
      usageSource: 'counted',
    });
  });

  it.each([
    ['no text and no tokens', reply('', { prompt_tokens: 9, completion_tokens: 0 })],
    ['no text and no usage', reply('')],
    ['no choices', { ...reply(''), choices: [] }],
  ])('with an empty reply (%s) costs nothing', async (_case, json) => {
    await using vendor = await standInVendor(answers(200, json));
    await using relay = await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host });
    await relay.addModel({ baseUrl: vendor.baseUrl });
    const { key, accountId } = await relay.createCaller(USD);
    expect((await relay.post(key, HELLO)).status).toBe(200);
    expect(await relay.closedRow()).toMatchObject({ state: 'voided', outcome: 'ok', chargeNanoUsd: 0n });
    expect(await relay.money(accountId)).toEqual({ balance: USD, held: 0n });
  });

  it('takes a zero that the vendor reports as a zero', async () => {
    await using vendor = await standInVendor(
      answers(200, reply('hi', { prompt_tokens: 0, completion_tokens: 2 })),
    );
    await using relay = await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host });
    await relay.addModel({ baseUrl: vendor.baseUrl });
    const { key } = await relay.createCaller(USD);
    await relay.post(key, HELLO);
    expect(await relay.closedRow()).toMatchObject({
      inputTokens: 0,
      usageSource: 'vendor',
      chargeNanoUsd: 2n,
    });
  });

  it('tells the vendor a limit where the client set none, in the field that the vendor knows', async () => {
    await using vendor = await standInVendor(
      answers(200, reply('hi', { prompt_tokens: 1, completion_tokens: 1 })),
    );
    await using relay = await startTestRelay({ WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host });
    await relay.addModel({ baseUrl: vendor.baseUrl, outputTokensMax: 77 });
    await relay.addModel({
      baseUrl: vendor.baseUrl,
      modelId: 'openai/model',
      vendor: 'openai',
      outputTokensMax: 88,
    });
    const { key } = await relay.createCaller(USD);
    await relay.post(key, HELLO);
    await relay.post(key, { ...HELLO, model: 'openai/model' });
    await relay.post(key, { ...HELLO, max_tokens: 5 });
    expect(vendor.calls.map(({ max_tokens: a, max_completion_tokens: b }) => [a, b])).toEqual([
      [77, undefined],
      [undefined, 88],
      [5, undefined],
    ]);
  });
});
