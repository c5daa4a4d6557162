import { secretBox } from '@weir/core/secret-box';
import { channelKeys, channels } from '@weir/db/schema';
import { expect, it } from 'vitest';
import { addChannel } from '../channels/add-channel.ts';
import { addChannelKey } from '../channels/channel-keys.ts';
import { CHANNEL, SECRET_KEY, startTestCli } from '../testing/start-test-cli.ts';

it('weir channel gives a channel limits of its own, and more keys, which relays learn of', async () => {
  await using weir = await startTestCli();
  const { db, sql } = weir.database;
  const limits = ['--region', 'eu', '--in-flight', '5', '--collects-data'];
  const id = String((await weir.json(...CHANNEL, '--secret', 'sk-1', ...limits))['channelId']);

  const notified = Promise.withResolvers<string>();
  const listening = await sql.listen('weir_routing_changed', notified.resolve);
  const { channelKeyId } = await weir.json('channel', 'add-key', id, '--secret', 'sk-2', '--name', 'Second');
  await notified.promise;
  await listening.unlisten();

  const rows = await db.select().from(channelKeys).orderBy(channelKeys.id);
  expect(rows.map((row) => secretBox(SECRET_KEY).open(row.sealedSecret, id))).toEqual(['sk-1', 'sk-2']);
  const { keys } = await weir.json('channel', 'list-keys', id);
  expect(keys).toMatchObject([{ name: '' }, { channelKeyId, name: 'Second' }]);
  expect(JSON.stringify(keys)).not.toMatch(/sk-|sealed/);
  expect((await weir.run(['channel', 'list'])).stdout).toContain(
    '2 keys, region eu, 5 calls at a time, collects data',
  );
}, 60_000);

it('weir channel changes a channel, and takes a key away but for the last', async () => {
  await using weir = await startTestCli();
  const { db } = weir.database;
  const secrets = secretBox(SECRET_KEY);
  const baseUrl = 'https://api.example.com/v1';
  const channel = { vendor: 'acme', dialect: 'openai-chat', baseUrl, secret: 'sk-1', region: 'eu' };
  const { channelId } = await addChannel(db, secrets, channel);
  const { channelKeyId } = await addChannelKey(db, secrets, { channelId, secret: 'sk-2' });

  await weir.json(
    'channel',
    'set',
    channelId,
    '--region',
    'none',
    '--in-flight',
    '7',
    '--collects-data',
    'yes',
  );
  expect(await db.select().from(channels)).toMatchObject([
    { region: null, inFlightMax: 7, collectsData: true },
  ]);
  expect((await weir.run(['channel', 'set', channelId])).stderr).toMatch(/^Say what to change/);

  await weir.json('channel', 'remove-key', channelKeyId);
  const [last] = await db.select().from(channelKeys);
  const refused = await weir.run(['channel', 'remove-key', last?.id ?? '']);
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('is the only key of')]);
  expect((await weir.run(['channel', 'health'])).stdout).toContain('well, 0 under way, 0 of 1 keys rest');
}, 60_000);
