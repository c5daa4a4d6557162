import { secretBox } from '@weir/core/secret-box';
import { channelKeys, channels } from '@weir/db/schema';
import { expect, it } from 'vitest';
import { CHANNEL, SECRET_KEY, startTestCli } from '../testing/start-test-cli.ts';

it('weir channel gives a channel more keys, and limits of its own, which relays learn of', async () => {
  await using weir = await startTestCli();
  const { db, sql } = weir.database;
  const limits = ['--region', 'eu', '--in-flight', '5', '--collects-data'];
  const { channelId } = await weir.json(...CHANNEL, '--secret', 'sk-1', ...limits);
  const id = String(channelId);
  expect(await db.select().from(channels)).toMatchObject([
    { region: 'eu', inFlightMax: 5, collectsData: true },
  ]);

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

  await weir.json('channel', 'set', id, '--region', 'none', '--in-flight', '7', '--collects-data', 'no');
  expect(await db.select().from(channels)).toMatchObject([
    { region: null, inFlightMax: 7, collectsData: false },
  ]);
  expect((await weir.run(['channel', 'set', id])).stderr).toMatch(/^Say what to change/);

  await weir.json('channel', 'remove-key', String(channelKeyId));
  const last = await weir.run(['channel', 'remove-key', rows[0]?.id ?? '']);
  expect([last.code, last.stderr]).toEqual([1, expect.stringContaining('is the only key of')]);
  expect((await weir.run(['channel', 'health'])).stdout).toContain('well, 0 under way, 0 of 1 keys rest');
});
