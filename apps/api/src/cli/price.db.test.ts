import { secretBox } from '@weir/core/secret-box';
import { describe, expect, it } from 'vitest';
import { commanderSays } from '../testing/commander-says.ts';
import { addChannel } from '../channels/add-channel.ts';
import { addModel } from '../models/add-model.ts';
import { listPrices } from '../prices/list-prices.ts';
import { SECRET_KEY } from '../testing/start-test-api.ts';
import { MODEL, startTestCli } from '../testing/start-test-cli.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** A model at 0.15 and 0.60 USD. */
async function setUp() {
  const weir = await startTestCli();
  const { db } = weir.database;
  const channel = {
    vendor: 'acme',
    dialect: 'openai-chat',
    baseUrl: 'https://api.example.com/v1',
    secret: 's',
  };
  const { channelId } = await addChannel(db, secretBox(SECRET_KEY), channel);
  const price = { inputNanoUsdPerMtok: 150_000_000n, outputNanoUsdPerMtok: 600_000_000n };
  await addModel(db, { modelId: 'acme/large', upstreamModel: 'large-1', channelId, price });
  return { ...weir, channelId };
}

const SET = ['price', 'set', 'acme/large'];
const PLAIN = ['--input-usd-per-mtok', '1', '--output-usd-per-mtok', '4'];
const ALL = [
  ...PLAIN,
  ...'--cached-input-usd-per-mtok 0.1 --cache-write-5m-usd-per-mtok 1.25 --cache-write-1h-usd-per-mtok 2'.split(
    ' ',
  ),
  ...'--reasoning-usd-per-mtok 5 --audio-input-usd-per-mtok 10 --audio-output-usd-per-mtok 20'.split(' '),
  ...'--image-usd 0.003 --request-usd 0 --tier 1000000:input=4,output=16'.split(' '),
  ...'--tier 200000:input=2,output=8,cached-input=0.2,request=0.01'.split(' '),
];

const none = {
  cachedInputNanoUsdPerMtok: null,
  cacheWrite5mNanoUsdPerMtok: null,
  cacheWrite1hNanoUsdPerMtok: null,
  reasoningNanoUsdPerMtok: null,
  audioInputNanoUsdPerMtok: null,
  audioOutputNanoUsdPerMtok: null,
  imageNanoUsd: null,
  requestNanoUsd: null,
};

describe('weir price', () => {
  it('sets every component, in force at once, and shows what was and what comes', async () => {
    await using weir = await setUp();
    const soon = new Date(Date.now() + 3 * DAY_MS).toISOString().slice(0, 10);
    const coming = await weir.json(...SET, ...PLAIN, '--from', soon);
    expect(coming).toEqual({
      priceId: expect.stringMatching(/^prc_/),
      effectiveFrom: `${soon}T00:00:00.000Z`,
    });
    const inForce = await weir.json(...SET, ...ALL);
    const { prices: listed } = await weir.json('price', 'list', 'acme/large');
    const common = { modelId: 'acme/large', channelId: weir.channelId, vendor: 'acme' };
    const plain = { inputNanoUsdPerMtok: '1000000000', outputNanoUsdPerMtok: '4000000000', ...none };
    expect(listed).toEqual([
      { ...common, ...coming, state: 'coming', ...plain, tiers: [] },
      {
        ...common,
        ...inForce,
        state: 'in_force',
        ...plain,
        cachedInputNanoUsdPerMtok: '100000000',
        cacheWrite5mNanoUsdPerMtok: '1250000000',
        cacheWrite1hNanoUsdPerMtok: '2000000000',
        reasoningNanoUsdPerMtok: '5000000000',
        audioInputNanoUsdPerMtok: '10000000000',
        audioOutputNanoUsdPerMtok: '20000000000',
        imageNanoUsd: '3000000',
        requestNanoUsd: '0',
        tiers: [
          {
            ...none,
            inputTokensFrom: 200_000,
            inputNanoUsdPerMtok: '2000000000',
            outputNanoUsdPerMtok: '8000000000',
            cachedInputNanoUsdPerMtok: '200000000',
            requestNanoUsd: '10000000',
          },
          {
            ...none,
            inputTokensFrom: 1_000_000,
            inputNanoUsdPerMtok: '4000000000',
            outputNanoUsdPerMtok: '16000000000',
          },
        ],
      },
      expect.objectContaining({ ...common, state: 'past', inputNanoUsdPerMtok: '150000000' }),
    ]);
    const [first, second] = (await weir.run(['price', 'list'])).stdout.split('\n');
    expect(first).toContain(
      `to come from ${soon}T00:00:00.000Z  input 1 USD, output 4 USD per million tokens`,
    );
    expect(second).toMatch(
      /in force .*, each image 0\.003 USD, each request 0 USD; from 200000 input tokens: input 2 USD/,
    );
    expect(await weir.client().models.list.query()).toMatchObject([
      { priceId: inForce['priceId'], nextPrice: { priceId: coming['priceId'] } },
    ]);
  });

  it('says in one line why it does not', async () => {
    await using weir = await setUp();
    const yesterday = new Date(Date.now() - DAY_MS).toISOString().slice(0, 10);
    const late = await weir.run([...SET, ...PLAIN, '--from', yesterday]);
    expect(late).toMatchObject({ code: 1, stdout: '' });
    expect(late.stderr).toMatch(
      /^\d{4}-\d\d-\d\dT00:00:00\.000Z is over: .* Give a time to come, or none for now\.\n$/,
    );
  });

  it('has the same components in `model add`', async () => {
    await using weir = await setUp();
    await weir.json(...MODEL, '--channel', weir.channelId, ...ALL);
    expect(await listPrices(weir.database.db)).toMatchObject([
      { state: 'in_force', reasoningNanoUsdPerMtok: '5000000000', tiers: [{}, {}] },
      { state: 'past' },
    ]);
  });

  it.each([
    [['--from', 'tomorrow'], 'Write a date like 2027-01-31'],
    [['--from', '2027-02-30'], 'Write a date like 2027-01-31'],
    [['--from', '2027-01-31T25:00Z'], 'Write a date like 2027-01-31'],
    [['--reasoning-usd-per-mtok', '-1'], 'not below 0'],
    [['--tier', '0:input=1,output=2'], 'Write a tier like'],
    [['--tier', '100:input=1'], 'of its own for input and output'],
    [['--tier', '100:input=1,output=2,video=3'], 'Its parts are input, output'],
    [['--tier', '100:input=1,output=2,input=3'], 'says input twice'],
    [['--tier', '100:input=1,output=2', '--tier', '100:input=2,output=3'], 'two tiers from 100'],
    [['--tier', '100:input=1e3,output=2'], 'no exponent'],
  ])('takes %j for a usage error', async (options, message) => {
    expect(await commanderSays([...SET, ...PLAIN, ...options])).toContain(message);
  });
});
