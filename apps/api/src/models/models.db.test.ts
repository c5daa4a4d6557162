import { secretBox } from '@weir/core/secret-box';
import { channels, models, prices } from '@weir/db/schema';
import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { addChannel } from '../channels/add-channel.ts';
import { startTestApi, type TestDatabase } from '../testing/start-test-api.ts';
import { setGroup } from '../accounts/account-groups.ts';
import { setAccount } from '../accounts/set-account.ts';
import { setPrice } from '../prices/set-price.ts';
import { addModel } from './add-model.ts';

const secrets = secretBox('a secret key of enough characters');

async function newChannel(
  { db }: TestDatabase,
  vendor: string,
  change: { priority?: number; weight?: number; region?: string } = {},
) {
  const channel = {
    vendor,
    dialect: 'openai-chat',
    baseUrl: 'https://api.example.com/v1/',
    secret: 'sk-vendor',
    ...change,
  };
  return (await addChannel(db, secrets, channel)).channelId;
}

const terms = (channelId: string, input: bigint) => ({
  modelId: 'acme/large',
  channelId,
  upstreamModel: 'large-1',
  price: { inputNanoUsdPerMtok: input, outputNanoUsdPerMtok: input * 4n },
});

describe('models.list', () => {
  it('shows anyone the models that can be called, at the price of the channel tried first', async () => {
    await using api = await startTestApi();
    const { database } = api;
    const sandbox = await newChannel(database, 'sandbox', { priority: 5 });
    const light = await newChannel(database, 'light', { priority: 1, weight: 1 });
    const heavy = await newChannel(database, 'heavy', { priority: 1, weight: 9 });
    await addModel(database.db, { ...terms(sandbox, 1n), contextTokensMax: 8_000 });
    expect(await api.client().models.list.query()).toEqual([
      {
        modelId: 'acme/large',
        vendor: 'sandbox',
        servedBy: [{ vendor: 'sandbox', region: null }],
        simulated: true,
        contextTokensMax: 8_000,
        outputTokensMax: null,
        priceId: expect.stringMatching(/^prc_/),
        effectiveFrom: expect.stringMatching(/Z$/),
        inputNanoUsdPerMtok: '1',
        outputNanoUsdPerMtok: '4',
        cachedInputNanoUsdPerMtok: null,
        cacheWrite5mNanoUsdPerMtok: null,
        cacheWrite1hNanoUsdPerMtok: null,
        reasoningNanoUsdPerMtok: null,
        audioInputNanoUsdPerMtok: null,
        audioOutputNanoUsdPerMtok: null,
        imageNanoUsd: null,
        requestNanoUsd: null,
        tiers: [],
        nextPrice: null,
        marginPpm: null,
      },
    ]);

    await addModel(database.db, terms(light, 20n));
    await addModel(database.db, terms(heavy, 300n));
    const first = async () => (await api.client().models.list.query())[0];
    expect(await first()).toMatchObject({ vendor: 'heavy', simulated: false, inputNanoUsdPerMtok: '300' });
    await database.db.update(channels).set({ enabled: false }).where(eq(channels.id, heavy));
    expect(await first()).toMatchObject({ vendor: 'light', inputNanoUsdPerMtok: '20' });
  });

  it('names every vendor and region that may serve a model, in the order that they are tried', async () => {
    await using api = await startTestApi();
    const { database } = api;
    const last = await newChannel(database, 'acme', { priority: 5 });
    const eu = await newChannel(database, 'azure', { priority: 1, weight: 9, region: 'eu' });
    const again = await newChannel(database, 'azure', { priority: 1, weight: 1, region: 'eu' });
    const us = await newChannel(database, 'azure', { priority: 2, region: 'us' });
    const off = await newChannel(database, 'off', {});
    for (const channelId of [last, eu, again, us, off]) await addModel(database.db, terms(channelId, 1n));
    await database.db.update(channels).set({ enabled: false }).where(eq(channels.id, off));
    const [model] = await api.client().models.list.query();
    expect(model?.servedBy).toEqual([
      { vendor: 'azure', region: 'eu' },
      { vendor: 'azure', region: 'us' },
      { vendor: 'acme', region: null },
    ]);
  });

  it('leaves out what can’t be called: disabled, without a channel, without a price in force', async () => {
    await using api = await startTestApi();
    const { db } = api.database;
    const channel = await newChannel(api.database, 'acme');
    await addModel(db, terms(channel, 1n));
    await db.insert(models).values({ id: 'acme/no-channel' });
    const { id } = (await db.query.routes.findFirst()) ?? { id: '' };
    const tomorrow = new Date(Date.now() + 24 * 60 * 60 * 1000);
    await db.insert(prices).values({
      id: 'prc_later',
      routeId: id,
      effectiveFrom: tomorrow,
      inputNanoUsdPerMtok: 9n,
      outputNanoUsdPerMtok: 9n,
    });
    expect(await api.client().models.list.query()).toMatchObject([
      { modelId: 'acme/large', inputNanoUsdPerMtok: '1' },
    ]);
    await db.update(models).set({ enabled: false });
    expect(await api.client().models.list.query()).toEqual([]);
  });
});

describe('the price list', () => {
  it('has the price in force with all its parts, and the one that comes next', async () => {
    await using api = await startTestApi();
    const { db } = api.database;
    const channelId = await newChannel(api.database, 'acme');
    await addModel(db, terms(channelId, 1n));
    const tier = {
      inputTokensFrom: 200_000,
      inputNanoUsdPerMtok: 6n,
      outputNanoUsdPerMtok: 8n,
      requestNanoUsd: 0n,
    };
    const price = {
      inputNanoUsdPerMtok: 3n,
      outputNanoUsdPerMtok: 4n,
      reasoningNanoUsdPerMtok: 5n,
      tiers: [tier],
    };
    const [inOneDay, inTwoDays] = [1, 2].map((days) => new Date(Date.now() + days * 24 * 60 * 60 * 1000));
    const [modelId, plain] = ['acme/large', { inputNanoUsdPerMtok: 9n, outputNanoUsdPerMtok: 9n }];
    await setPrice(db, { modelId, price: plain, effectiveFrom: inTwoDays });
    const next = await setPrice(db, { modelId, price, effectiveFrom: inOneDay });
    const now = await setPrice(db, { modelId, price });
    expect(now).toMatchObject({
      inputNanoUsdPerMtok: '3',
      reasoningNanoUsdPerMtok: '5',
      cachedInputNanoUsdPerMtok: null,
      tiers: [
        {
          inputTokensFrom: 200_000,
          inputNanoUsdPerMtok: '6',
          outputNanoUsdPerMtok: '8',
          reasoningNanoUsdPerMtok: null,
          requestNanoUsd: '0',
        },
      ],
    });
    expect(next).toEqual({ ...now, priceId: next.priceId, effectiveFrom: inOneDay?.toISOString() });
    const [listed] = await api.client().models.list.query();
    expect(listed).toMatchObject({ ...now, nextPrice: next });
  });

  it('says what the caller’s account pays on top, to sessions and to keys', async () => {
    await using api = await startTestApi();
    const { db } = api.database;
    await addModel(db, terms(await newChannel(api.database, 'acme'), 100n));
    const { client, accountId } = await api.signUp('ada@example.com');
    const { key } = await client.keys.create.mutate({ name: 'CI' });
    const margins = async () => {
      const lists = await Promise.all(
        [client, api.client(key), api.client(), api.client('an ended session')].map((one) =>
          one.models.list.query(),
        ),
      );
      return lists.map(([model]) => [model?.marginPpm, model?.inputNanoUsdPerMtok]);
    };
    expect(await margins()).toEqual([
      [0, '100'],
      [0, '100'],
      [null, '100'],
      [null, '100'],
    ]);
    await setGroup(db, 'resellers', { marginPpm: 125_000 });
    await setAccount(db, accountId, { groupId: 'resellers' });
    expect(await margins()).toEqual([
      [125_000, '100'],
      [125_000, '100'],
      [null, '100'],
      [null, '100'],
    ]);
    const other = await api.signUp('bob@example.com');
    expect(await other.client.models.list.query()).toMatchObject([{ marginPpm: 0 }]);
  });
});

describe('adding a model again', () => {
  it('keeps prices that were, writes one that is new, and none that is the same', async () => {
    await using api = await startTestApi();
    const { db } = api.database;
    const channel = await newChannel(api.database, 'acme');
    await addModel(db, { ...terms(channel, 1n), contextTokensMax: 8_000, outputTokensMax: 1_000 });
    await addModel(db, terms(channel, 1n));
    expect(await db.$count(prices)).toBe(1);
    await addModel(db, { ...terms(channel, 2n), outputTokensMax: 2_000 });
    await addModel(db, terms(channel, 1n));
    const rows = await db.select().from(prices).orderBy(prices.effectiveFrom);
    expect(rows.map(({ inputNanoUsdPerMtok }) => inputNanoUsdPerMtok)).toEqual([1n, 2n, 1n]);
    expect(await api.client().models.list.query()).toMatchObject([
      { inputNanoUsdPerMtok: '1', contextTokensMax: 8_000, outputTokensMax: 2_000 },
    ]);
  });

  it('names the channel that does not exist, and adds nothing', async () => {
    await using api = await startTestApi();
    await expect(addModel(api.database.db, terms('chn_none', 1n))).rejects.toMatchObject({
      code: 'not_found',
      param: 'channelId',
    });
    expect(await api.database.db.$count(models)).toBe(0);
  });
});
