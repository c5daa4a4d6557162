import { Weir, WeirError } from '@weir/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startProduct } from './start-product.ts';

let product: Awaited<ReturnType<typeof startProduct>>;
let weir: Weir;

beforeAll(async () => {
  product = await startProduct();
  const { relayUrl, apiKey } = product.firstStart;
  weir = new Weir({ baseUrl: relayUrl, apiKey, maxRetries: 0 });
}, 120_000);

afterAll(() => product[Symbol.asyncDispose]());

const echo = { model: 'sandbox/echo', messages: [{ role: 'user' as const, content: 'one two three' }] };

describe('@weir/sdk against a running gateway', () => {
  it('finds a call in its usage, at the charge that left the balance', async () => {
    const before = BigInt((await weir.account.balance()).balanceNanoUsd);
    const reply = await weir.chat.completions.create(echo);
    expect(reply.choices[0]?.message.content).toBe('one two three');
    const row = await weir.usage.get(reply.requestId ?? '');
    expect(row).toMatchObject({ modelId: 'sandbox/echo', state: 'settled', outputTokens: 3, outcome: 'ok' });
    const after = BigInt((await weir.account.balance()).balanceNanoUsd);
    expect(before - after).toBe(BigInt(row.chargeNanoUsd));
    expect((await weir.usage.list({ limit: 1 })).items).toEqual([row]);
  });

  it('streams, and a break cancels the call, which is charged for what came', async () => {
    const stream = await weir.chat.completions.create({
      ...echo,
      model: 'sandbox/story',
      stream: true,
      max_tokens: 5000,
    });
    let chunks = 0;
    for await (const chunk of stream) {
      expect(chunk.choices).toBeDefined();
      if (++chunks === 5) break;
    }
    await expect
      .poll(async () => (await weir.usage.list({ limit: 1 })).items[0], { timeout: 10_000 })
      .toMatchObject({
        modelId: 'sandbox/story',
        state: 'settled',
        outcome: 'client_closed',
        usageSource: 'counted',
      });
  });

  it('lists models with their prices', async () => {
    const models = await weir.models.list();
    expect(models.find(({ modelId }) => modelId === 'sandbox/echo')).toMatchObject({
      simulated: true,
      inputNanoUsdPerMtok: '150000000',
      outputNanoUsdPerMtok: '600000000',
    });
  });

  it.each([
    ['sandbox/none', 404, 'model_not_found'],
    ['sandbox/error-500', 502, 'upstream_error'],
  ])('throws typed errors: %s', async (model, status, code) => {
    const call = weir.chat.completions.create({ ...echo, model });
    await expect(call).rejects.toBeInstanceOf(WeirError);
    await expect(call).rejects.toMatchObject({ status, code });
  });

  it('throws when a stream is cut', async () => {
    const read = async () => {
      const stream = await weir.chat.completions.create({ ...echo, model: 'sandbox/cut', stream: true });
      let text = '';
      for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
      return text;
    };
    await expect(read()).rejects.toMatchObject({ code: 'upstream_truncated' });
  });
});
