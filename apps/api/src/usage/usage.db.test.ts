import { newId } from '@weir/core/ids';
import { createKey } from '../keys/create-key.ts';
import { addChannel } from '../channels/add-channel.ts';
import { addModel } from '../models/add-model.ts';
import { secretBox } from '@weir/core/secret-box';
import { channels, models, prices, routes } from '@weir/db/schema';
import { describe, expect, it } from 'vitest';
import { seedRequest } from '../testing/seed-request.ts';
import { errorOf, startTestApi } from '../testing/start-test-api.ts';
import { localDays } from './local-days.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

describe('usage.list', () => {
  it('says all that is known of a request, and null of what is not', async () => {
    await using api = await startTestApi();
    const { db } = api.database;
    const { client, accountId } = await api.signUp('ada@example.com');
    const { keyId } = await createKey(db, { accountId, name: 'CI' });
    const { channelId } = await addChannel(db, secretBox('x'.repeat(32)), {
      vendor: 'openai',
      dialect: 'openai-chat',
      baseUrl: 'https://api.example.com/v1',
      secret: 's',
    });
    await addModel(db, {
      modelId: 'm',
      channelId,
      upstreamModel: 'm-1',
      price: {
        inputNanoUsdPerMtok: 150_000_000n,
        outputNanoUsdPerMtok: 600_000_000n,
        cachedInputNanoUsdPerMtok: 15_000_000n,
      },
    });
    const [price] = await db.select().from(prices);
    const createdAt = new Date(Date.now() - HOUR_MS);
    const settledId = await seedRequest(api.database, {
      accountId,
      keyId,
      createdAt,
      modelId: 'm',
      vendor: 'openai',
      channelId,
      priceId: price?.id ?? '',
      inputTokens: 11,
      cachedInputTokens: 0,
      cacheWrite5mTokens: 1,
      cacheWrite1hTokens: 2,
      audioInputTokens: 3,
      images: 4,
      outputTokens: 7,
      audioOutputTokens: 5,
      usageSource: 'vendor',
      finishReason: 'stop',
      affordableOutputTokens: 90,
      disconnectPolicy: 'drain',
      sourceIp: '203.0.113.7',
      deploymentRegion: 'eu-west-1',
      chargeNanoUsd: 5_850n,
      overrunNanoUsd: 5_350n,
      marginPpm: 200_000,
      firstByteMs: 12,
      latencyMs: 345,
    });
    const heldId = await seedRequest(api.database, {
      accountId,
      state: 'held',
      outcome: null,
      streamed: false,
    });

    const settled = {
      requestId: settledId,
      createdAt: createdAt.toISOString(),
      keyId,
      keyName: 'CI',
      modelId: 'm',
      state: 'settled',
      outcome: 'ok',
      streamed: true,
      disconnectPolicy: 'drain',
      sourceIp: '203.0.113.7',
      deploymentRegion: 'eu-west-1',
      inputTokens: 11,
      cachedInputTokens: 0,
      cacheWrite5mTokens: 1,
      cacheWrite1hTokens: 2,
      audioInputTokens: 3,
      images: 4,
      outputTokens: 7,
      reasoningTokens: null,
      audioOutputTokens: 5,
      usageSource: 'vendor',
      finishReason: 'stop',
      affordableOutputTokens: 90,
      holdNanoUsd: '500',
      chargeNanoUsd: '5850',
      overrunNanoUsd: '5350',
      marginPpm: 200_000,
      priceId: price?.id,
      tierInputTokensFrom: null,
      inputNanoUsdPerMtok: '150000000',
      outputNanoUsdPerMtok: '600000000',
      cachedInputNanoUsdPerMtok: '15000000',
      cacheWrite5mNanoUsdPerMtok: null,
      cacheWrite1hNanoUsdPerMtok: null,
      reasoningNanoUsdPerMtok: null,
      audioInputNanoUsdPerMtok: null,
      audioOutputNanoUsdPerMtok: null,
      imageNanoUsd: null,
      requestNanoUsd: null,
      vendor: 'openai',
      firstByteMs: 12,
      latencyMs: 345,
      dialect: 'openai-chat',
    };
    const held = {
      ...settled,
      requestId: heldId,
      createdAt: expect.any(String),
      keyId: 'key_none',
      keyName: null,
      modelId: 'sandbox/echo',
      state: 'held',
      outcome: null,
      streamed: false,
      disconnectPolicy: 'cancel',
      sourceIp: null,
      deploymentRegion: null,
      inputTokens: null,
      cachedInputTokens: null,
      cacheWrite5mTokens: null,
      cacheWrite1hTokens: null,
      audioInputTokens: null,
      images: null,
      outputTokens: null,
      audioOutputTokens: null,
      usageSource: null,
      finishReason: null,
      affordableOutputTokens: null,
      chargeNanoUsd: '0',
      overrunNanoUsd: '0',
      marginPpm: 0,
      priceId: null,
      inputNanoUsdPerMtok: null,
      outputNanoUsdPerMtok: null,
      cachedInputNanoUsdPerMtok: null,
      vendor: null,
      firstByteMs: null,
      latencyMs: null,
    };
    expect(await client.usage.list.query()).toEqual({ items: [held, settled], nextCursor: null });
    expect(await client.usage.get.query({ requestId: settledId })).toEqual(settled);
  });

  it('shows the tier of the price that the prompt’s length reached', async () => {
    await using api = await startTestApi();
    const { db } = api.database;
    const { client, accountId } = await api.signUp('ada@example.com');
    await db.insert(channels).values({ id: 'chn_1', vendor: 'v', dialect: 'd', baseUrl: 'u' });
    await db.insert(models).values({ id: 'm' });
    await db.insert(routes).values({ id: 'rte_1', modelId: 'm', channelId: 'chn_1', upstreamModel: 'm' });
    const tier = (inputTokensFrom: number, input: string) => ({
      inputTokensFrom,
      inputNanoUsdPerMtok: input,
      outputNanoUsdPerMtok: '9',
    });
    await db.insert(prices).values({
      id: 'prc_1',
      routeId: 'rte_1',
      inputNanoUsdPerMtok: 1n,
      outputNanoUsdPerMtok: 9n,
      reasoningNanoUsdPerMtok: 8n,
      tiers: [tier(100, '2'), tier(200, '3')],
    });
    const shown = async (inputTokens: number | null) => {
      const requestId = await seedRequest(api.database, { accountId, priceId: 'prc_1', inputTokens });
      const row = await client.usage.get.query({ requestId });
      return [row.tierInputTokensFrom, row.inputNanoUsdPerMtok, row.reasoningNanoUsdPerMtok];
    };
    expect(await shown(99)).toEqual([null, '1', '8']);
    expect(await shown(100)).toEqual([100, '2', null]);
    expect(await shown(1_000_000)).toEqual([200, '3', null]);
    expect(await shown(null)).toEqual([null, '1', '8']);
  });

  it('pages newest first without leaving out or repeating, while new requests come in', async () => {
    await using api = await startTestApi();
    const { client, accountId } = await api.signUp('ada@example.com');
    const ids: string[] = [];
    for (let i = 0; i < 7; i++)
      ids.push(await seedRequest(api.database, { accountId, createdAt: new Date(Date.now() - HOUR_MS + i) }));

    const listed: string[] = [];
    let cursor: string | undefined;
    const sizes: number[] = [];
    do {
      const page = await client.usage.list.query({ limit: 3, ...(cursor !== undefined && { cursor }) });
      listed.push(...page.items.map(({ requestId }) => requestId));
      sizes.push(page.items.length);
      cursor = page.nextCursor ?? undefined;
      await seedRequest(api.database, { accountId });
    } while (cursor !== undefined);
    expect(sizes).toEqual([3, 3, 1]);
    expect(listed).toEqual(ids.toReversed());
  });

  it('filters by key, model and outcome', async () => {
    await using api = await startTestApi();
    const { client, accountId } = await api.signUp('ada@example.com');
    const seed = (request: Omit<Parameters<typeof seedRequest>[1], 'accountId'>) =>
      seedRequest(api.database, { accountId, ...request });
    const ok = await seed({});
    const closed = await seed({ outcome: 'client_closed', keyId: 'key_other' });
    const closedFree = await seed({ state: 'voided', outcome: 'client_closed' });
    const failed = await seed({ state: 'voided', outcome: 'upstream_error', modelId: 'other' });
    const truncated = await seed({ state: 'settled', outcome: 'upstream_truncated' });
    const expired = await seed({ state: 'expired', outcome: 'expired' });
    const expiredUnsaid = await seed({ state: 'expired', outcome: null });
    const held = await seed({ state: 'held', outcome: null });
    const idsOf = async (input: Parameters<typeof client.usage.list.query>[0]) =>
      (await client.usage.list.query(input)).items.map(({ requestId }) => requestId).sort();

    expect(await idsOf({ outcome: 'ok' })).toEqual([ok]);
    expect(await idsOf({ outcome: 'client_closed' })).toEqual([closed, closedFree].sort());
    expect(await idsOf({ outcome: 'failed' })).toEqual([failed, expired, expiredUnsaid].sort());
    expect(await idsOf({ keyId: 'key_other' })).toEqual([closed]);
    expect(await idsOf({ modelId: 'other' })).toEqual([failed]);
    expect(await idsOf({ modelId: 'other', outcome: 'ok' })).toEqual([]);
    expect(await idsOf({})).toEqual(
      [ok, closed, closedFree, failed, truncated, expired, expiredUnsaid, held].sort(),
    );
  });

  it('refuses what is no cursor, no limit, or no text of ours', async () => {
    await using api = await startTestApi();
    const { client } = await api.signUp('ada@example.com');
    expect(await errorOf(client.usage.list.query({ cursor: "'; --" }))).toMatchObject({
      weirCode: 'invalid_request',
      param: 'cursor',
    });
    expect(await errorOf(client.usage.list.query({ limit: 101 }))).toMatchObject({
      weirCode: 'invalid_request',
      param: 'limit',
    });
    expect(await errorOf(client.usage.list.query({ modelId: 'a\u0000' }))).toMatchObject({
      weirCode: 'invalid_request',
      param: 'modelId',
    });
    expect(await errorOf(client.usage.get.query({ requestId: 'req_\u0000' }))).toMatchObject({
      weirCode: 'invalid_request',
    });
    expect(await errorOf(client.usage.get.query({ requestId: newId('request') }))).toMatchObject({
      weirCode: 'not_found',
      param: 'requestId',
    });
  });
});

describe('usage.summary', () => {
  it('adds up the period and the one before, by the days of the time zone', async () => {
    await using api = await startTestApi();
    const { client, accountId } = await api.signUp('ada@example.com');
    const other = await api.signUp('bob@example.com');
    // A whole number of hours from UTC, but far from it, so that days of UTC would be told apart.
    const timeZone = 'Asia/Tokyo';
    const [previous, yesterday, today] = localDays(timeZone, 3, Date.now());
    if (!previous || !yesterday || !today) throw new Error('three days were asked for');
    const after = (day: { startsAt: Date }, ms: number) => new Date(day.startsAt.getTime() + ms);
    const seed = (createdAt: Date, request: object = {}) =>
      seedRequest(api.database, { accountId, createdAt, ...request });

    await seed(after(previous, -1), { chargeNanoUsd: 1n });
    await seed(after(previous, 0), { chargeNanoUsd: 20n, inputTokens: 5 });
    await seed(after(yesterday, -1), { chargeNanoUsd: 300n, outputTokens: 6 });
    await seed(after(yesterday, 0), {
      chargeNanoUsd: 4_000n,
      inputTokens: 10,
      outputTokens: 1,
      firstByteMs: 100,
    });
    await seed(after(yesterday, HOUR_MS), {
      modelId: 'other',
      chargeNanoUsd: 50_000n,
      inputTokens: 20,
      firstByteMs: 300,
    });
    await seed(after(today, -1), { chargeNanoUsd: 600_000n, outputTokens: 2, firstByteMs: 901 });
    await seed(after(today, 0), { state: 'voided', outcome: 'upstream_timeout' });
    await seedRequest(api.database, { accountId: other.accountId });

    // The period before is as long as the period: two days end with today, and two come before them.
    const summary = await client.usage.summary.query({ days: 2, timeZone });
    expect(summary).toEqual({
      spendNanoUsd: '654000',
      requests: 4,
      failed: 1,
      inputTokens: 30,
      outputTokens: 3,
      firstByteMsMean: 434,
      previous: {
        spendNanoUsd: '321',
        requests: 3,
        failed: 0,
        inputTokens: 5,
        outputTokens: 6,
        firstByteMsMean: null,
      },
      days: [
        { day: yesterday.day, modelId: 'other', spendNanoUsd: '50000', requests: 1 },
        { day: yesterday.day, modelId: 'sandbox/echo', spendNanoUsd: '604000', requests: 2 },
        { day: today.day, modelId: 'sandbox/echo', spendNanoUsd: '0', requests: 1 },
      ],
    });
    expect((await client.usage.summary.query({ days: 1, timeZone })).previous.spendNanoUsd).toBe('654000');
  });

  it('counts an hour that midnight splits to the day in which it begins', async () => {
    await using api = await startTestApi();
    const { client, accountId } = await api.signUp('ada@example.com');
    const timeZone = 'Asia/Kolkata';
    const [yesterday, today] = localDays(timeZone, 2, Date.now());
    if (!yesterday || !today) throw new Error('two days were asked for');
    for (const minutes of [-31, -1, 0, 29, 30]) {
      const createdAt = new Date(today.startsAt.getTime() + minutes * MINUTE_MS);
      await seedRequest(api.database, { accountId, createdAt, modelId: `at ${minutes}` });
    }
    const { requests, previous } = await client.usage.summary.query({ days: 1, timeZone });
    expect([requests, previous.requests]).toEqual([1, 4]);
    const { days } = await client.usage.summary.query({ days: 2, timeZone });
    expect(days.map(({ day, modelId }) => [day, modelId])).toEqual([
      ...['at -1', 'at -31', 'at 0', 'at 29'].map((modelId) => [yesterday.day, modelId]),
      [today.day, 'at 30'],
    ]);
  });

  it('outlives the requests', async () => {
    await using api = await startTestApi();
    const { client, accountId } = await api.signUp('ada@example.com');
    await seedRequest(api.database, { accountId, createdAt: new Date(Date.now() - 40 * 24 * HOUR_MS) });
    const before = await client.usage.summary.query({ days: 90 });
    expect(before).toMatchObject({ requests: 1, spendNanoUsd: '100' });
    await api.database.sql`truncate requests`;
    expect(await client.usage.summary.query({ days: 90 })).toEqual(before);
  });

  it('takes every time zone that a browser may report, and refuses what is none', async () => {
    await using api = await startTestApi();
    const { client } = await api.signUp('ada@example.com');
    for (const timeZone of [
      'UTC',
      'Asia/Calcutta',
      'America/Argentina/Buenos_Aires',
      'Etc/GMT+12',
      'Pacific/Chatham',
    ]) {
      expect((await client.usage.summary.query({ timeZone })).days).toEqual([]);
    }
    for (const timeZone of ['Mars/Olympus', '+02:00', '', "UTC'; drop table users"]) {
      expect(await errorOf(client.usage.summary.query({ timeZone }))).toMatchObject({
        weirCode: 'invalid_request',
        param: 'timeZone',
      });
    }
  });
});
