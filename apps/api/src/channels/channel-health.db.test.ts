import { secretBox } from '@weir/core/secret-box';
import { channels, relaySights, users, type ChannelSight } from '@weir/db/schema';
import { eq } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { errorOf, startTestApi } from '../testing/start-test-api.ts';
import { addChannel } from './add-channel.ts';
import { addChannelKey } from './channel-keys.ts';

const secrets = secretBox('a secret key of enough characters');

it('the staff see the channels as the relays do that are running', async () => {
  await using api = await startTestApi();
  const { db } = api.database;
  const { client, userId } = await api.signUp('ada@example.com');
  expect(await errorOf(client.admin.channels.list.query())).toMatchObject({ weirCode: 'forbidden' });
  await db.update(users).set({ staffRole: 'finance' }).where(eq(users.id, userId));
  expect(await errorOf(client.admin.channels.list.query())).toMatchObject({ weirCode: 'forbidden' });
  await db.update(users).set({ staffRole: 'support' }).where(eq(users.id, userId));

  const add = async (vendor: string, priority: number) => {
    const baseUrl = 'https://api.example.com/v1';
    const channel = { vendor, dialect: 'openai-chat', baseUrl, secret: 'sk-hush', priority, region: 'eu' };
    return (await addChannel(db, secrets, channel)).channelId;
  };
  const [one, two, three, four] = [
    await add('a', 1),
    await add('b', 2),
    await add('c', 3),
    await add('d', 4),
  ];
  await addChannelKey(db, secrets, { channelId: one, secret: 'sk-hush-2' });
  await db.update(channels).set({ enabled: false }).where(eq(channels.id, four));
  const sight = (channelId: string, more: Partial<ChannelSight>): ChannelSight => ({
    channelId,
    inFlight: 0,
    unreachable: false,
    restingModelIds: [],
    restingKeyIds: [],
    errors: [],
    ...more,
  });
  const error = (code: string, at: string) => ({ code, modelId: 'm', at });
  await db.insert(relaySights).values([
    {
      relayId: 'rly_1',
      channels: [
        sight(one, {
          inFlight: 3,
          restingKeyIds: ['chk_1'],
          limitedKeyIds: ['chk_2'],
          errors: [{ ...error('upstream_key_refused', '2026-01-02T00:00:00.000Z'), status: 401 }],
        }),
        sight(two, { restingKeyIds: ['chk_9'] }),
      ],
    },
    {
      relayId: 'rly_2',
      channels: [
        sight(one, {
          inFlight: 4,
          limitedKeyIds: ['chk_2'],
          errors: [error('upstream_timeout', '2026-01-03T00:00:00.000Z')],
        }),
        sight(three, { unreachable: true, restingModelIds: ['m'] }),
      ],
    },
    { relayId: 'rly_dead', seenAt: new Date(Date.now() - 100_000), channels: [sight(one, { inFlight: 90 })] },
  ]);

  const listed = await client.admin.channels.list.query();
  expect(listed).toMatchObject([
    {
      channelId: one,
      vendor: 'a',
      host: 'api.example.com',
      region: 'eu',
      state: 'impaired',
      keys: 2,
      restingKeys: 1,
      limitedKeys: 1,
      inFlight: 7,
      errors: [
        { code: 'upstream_timeout', status: null },
        { code: 'upstream_key_refused', status: 401 },
      ],
    },
    { channelId: two, state: 'keys_refused' },
    { channelId: three, state: 'unreachable', restingModelIds: ['m'] },
    { channelId: four, state: 'disabled', inFlight: 0 },
  ]);
  expect(JSON.stringify(listed)).not.toMatch(/hush|sealed/i);
});
