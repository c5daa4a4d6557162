import { secretBox } from '@weir/core/secret-box';
import { channels, relaySights } from '@weir/db/schema';
import { expect, it } from 'vitest';
import { seatPerson } from '../testing/seat-people.ts';
import { startTestApi } from '../testing/start-test-api.ts';
import { addChannel } from './add-channel.ts';
import { watchChannels } from './watch-channels.ts';

const secrets = secretBox('a secret key of enough characters');

async function setUp() {
  const api = await startTestApi();
  const { db } = api.database;
  const people = { owner: 'owner', support: 'support', finance: 'finance', holder: undefined } as const;
  const clients = new Map<string, ReturnType<typeof api.client>>();
  for (const [name, role] of Object.entries(people)) {
    clients.set(name, api.client((await seatPerson(api.database, role)).sessionToken));
  }
  const { channelId } = await addChannel(db, secrets, {
    vendor: 'acme',
    dialect: 'openai-chat',
    baseUrl: 'https://api.example.com/v1',
    secret: 'x',
  });
  return {
    ...api,
    channelId,
    /** What the one relay sees from now on. */
    async see(sight: { unreachable?: boolean; restingKeyIds?: string[] }) {
      const channel = { channelId, inFlight: 0, restingModelIds: [], errors: [], unreachable: false };
      const channels = [{ ...channel, restingKeyIds: [], ...sight }];
      await db
        .insert(relaySights)
        .values({ relayId: 'rly_1', channels })
        .onConflictDoUpdate({ target: relaySights.relayId, set: { channels } });
    },
    async look(times: number) {
      for (let look = 0; look < times; look++) await watchChannels(db);
    },
    /** The titles of what a person was told, newest first. */
    async told(name: keyof typeof people) {
      const { items } = await clients.get(name)!.notices.list.query({ locale: 'en' });
      return items.map(({ kind, title }) => `${kind}: ${title}`);
    },
  };
}

it('a channel that is down is told to those who can do something, once, and so is that it is back', async () => {
  await using test = await setUp();
  await test.see({ unreachable: true });
  await test.look(1);
  expect(await test.told('owner')).toEqual([]);
  await test.look(3);
  expect(await test.told('owner')).toEqual(['service: A channel to acme is down']);
  expect(await test.told('support')).toEqual(['service: A channel to acme is down']);
  for (const other of ['finance', 'holder'] as const) expect(await test.told(other)).toEqual([]);

  // Well for a moment is not yet well.
  await test.see({});
  await test.look(4);
  await test.see({ unreachable: true });
  await test.look(1);
  await test.see({});
  await test.look(4);
  expect(await test.told('owner')).toHaveLength(1);
  await test.look(2);
  expect(await test.told('owner')).toEqual([
    'service: A channel to acme is back',
    'service: A channel to acme is down',
  ]);
});

it('one whose keys are all refused is down as well; one of several is not', async () => {
  await using test = await setUp();
  await test.see({ restingKeyIds: ['chk_1'] });
  await test.look(2);
  const [mail] = await test.deliver();
  expect(mail?.text).toContain('api.example.com refuses or limits all of the channel’s keys');
});

it('one that an operator disables is not said to be back, and nothing is where no relay runs', async () => {
  await using test = await setUp();
  const { db } = test.database;
  await test.see({ unreachable: true });
  await test.look(2);
  await db.update(relaySights).set({ seenAt: new Date(0) });
  await test.look(6);
  await db.update(relaySights).set({ seenAt: new Date() });
  await db.update(channels).set({ enabled: false });
  await test.look(6);
  expect(await test.told('owner')).toEqual(['service: A channel to acme is down']);
});
