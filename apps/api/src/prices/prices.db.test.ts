import { channels, prices } from '@weir/db/schema';
import { createTestDatabase } from '@weir/db/testing';
import { describe, expect, inject, it } from 'vitest';
import { addModel } from '../models/add-model.ts';
import { listPrices } from './list-prices.ts';
import { setPrice } from './set-price.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS);
const priceOf = (input: bigint) => ({ inputNanoUsdPerMtok: input, outputNanoUsdPerMtok: 9n });

/** Two models, each at a channel of its own, for 1. */
async function setUp() {
  const database = await createTestDatabase(inject('clusterUrl'));
  const { db } = database;
  const channel = {
    vendor: 'acme',
    dialect: 'openai-chat',
    baseUrl: 'https://api.example.com',
  };
  const serve = (modelId: string, channelId: string) =>
    addModel(db, { modelId, channelId, upstreamModel: modelId, price: priceOf(1n) });
  for (const id of ['chn_1', 'chn_2']) await db.insert(channels).values({ ...channel, id });
  await serve('a', 'chn_1');
  await serve('b', 'chn_2');
  return {
    ...database,
    serve,
    set: (input: bigint, effectiveFrom?: Date, change: { modelId?: string; channelId?: string } = {}) =>
      setPrice(db, { modelId: 'a', price: priceOf(input), effectiveFrom, ...change }),
    listed: async (modelId?: string) =>
      (await listPrices(db, modelId)).map((price) => [
        price.modelId,
        price.channelId,
        price.state,
        price.inputNanoUsdPerMtok,
      ]),
  };
}

describe('a price', () => {
  it('is in force, to come or past; each route has its own', async () => {
    await using test = await setUp();
    await test.set(4n, inDays(2));
    await test.set(3n, inDays(1));
    await test.set(2n);
    await test.serve('a', 'chn_2');
    await test.set(8n, undefined, { modelId: 'a', channelId: 'chn_2' });
    const ofA = [
      ['a', 'chn_1', 'coming', '4'],
      ['a', 'chn_1', 'coming', '3'],
      ['a', 'chn_1', 'in_force', '2'],
      ['a', 'chn_1', 'past', '1'],
      ['a', 'chn_2', 'in_force', '8'],
      ['a', 'chn_2', 'past', '1'],
    ];
    expect(await test.listed('a')).toEqual(ofA);
    expect(await test.listed()).toEqual([...ofA, ['b', 'chn_2', 'in_force', '1']]);
    expect(await test.listed('c')).toEqual([]);
  });

  it('does not begin in the past, nor with another one of its route', async () => {
    await using test = await setUp();
    await expect(test.set(2n, inDays(-1))).rejects.toMatchObject({
      code: 'invalid_request',
      param: 'effectiveFrom',
    });
    const tomorrow = inDays(1);
    const together = <Result>(run: (n: number) => Promise<Result>) =>
      Promise.allSettled(Array.from({ length: 8 }, (_, n) => run(n)));
    // Each on a connection that is open already.
    await together(() => test.sql`select pg_sleep(0.05)`);
    const outcomes = await together((n) => test.set(BigInt(n), tomorrow));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expect(test.set(5n, tomorrow)).rejects.toThrow(
      `There is a price from ${tomorrow.toISOString()} on already.`,
    );
    await test.set(2n, tomorrow, { modelId: 'b' });
    expect(await test.db.$count(prices)).toBe(4);
  });

  it('that was set is never changed or taken away, by nobody', async () => {
    await using test = await setUp();
    await expect(test.db.update(prices).set({ inputNanoUsdPerMtok: 0n })).rejects.toMatchObject({
      cause: { message: 'prices is append-only' },
    });
    await expect(test.db.delete(prices)).rejects.toMatchObject({
      cause: { message: 'prices is append-only' },
    });
  });

  it('wants to know the channel where several serve the model', async () => {
    await using test = await setUp();
    await expect(test.set(2n, undefined, { channelId: 'chn_2' })).rejects.toThrow(
      'There is no model a through chn_2.',
    );
    await test.serve('a', 'chn_2');
    await expect(test.set(2n)).rejects.toThrow('a is served by chn_1, chn_2. Say which with --channel.');
    await test.set(2n, undefined, { channelId: 'chn_2' });
    expect(await test.listed('a')).toEqual([
      ['a', 'chn_1', 'in_force', '1'],
      ['a', 'chn_2', 'in_force', '2'],
      ['a', 'chn_2', 'past', '1'],
    ]);
    await expect(test.set(2n, undefined, { modelId: 'c' })).rejects.toMatchObject({
      code: 'not_found',
      param: 'modelId',
    });
  });

  it('is not written anew when a model is added that says the same of every part', async () => {
    await using test = await setUp();
    const tier = { ...priceOf(7n), inputTokensFrom: 100 };
    const parts = { ...priceOf(1n), cachedInputNanoUsdPerMtok: 0n, imageNanoUsd: 5n, tiers: [tier] };
    const add = (price: typeof parts) =>
      addModel(test.db, { modelId: 'a', channelId: 'chn_1', upstreamModel: 'a', price });
    for (const price of [parts, parts, { ...parts, tiers: [{ ...tier, inputTokensFrom: 101 }] }])
      await add(price);
    expect((await test.listed('a')).length).toBe(3);
    await add({ ...parts, tiers: [{ ...tier, inputTokensFrom: 101 }] });
    expect((await test.listed('a')).length).toBe(3);
  });
});
