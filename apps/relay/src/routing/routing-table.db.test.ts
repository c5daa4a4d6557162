import { secretBox } from '@weir/core/secret-box';
import { channelKeys, channels, models, prices, routes } from '@weir/db/schema';
import { connectSql } from '@weir/db/sql';
import { createTestDatabase } from '@weir/db/testing';
import { describe, expect, inject, it } from 'vitest';
import { loadRoutingTable } from './routing-table.ts';

describe('the routing table', () => {
  it('has every model but those of channels that can’t be used, which are reported', async () => {
    await using database = await createTestDatabase(inject('clusterUrl'));
    const { db } = database;
    const secrets = secretBox('a secret key of at least 32 characters');
    const add = async (
      name: string,
      channel: Partial<typeof channels.$inferInsert>,
      sealedSecrets: readonly string[] = [secrets.seal('hush-hush', name)],
    ) => {
      await db.insert(channels).values({
        id: name,
        vendor: 'acme',
        dialect: 'openai-chat',
        baseUrl: 'https://acme.example/v1',
        ...channel,
      });
      for (const [i, sealedSecret] of sealedSecrets.entries()) {
        await db.insert(channelKeys).values({ id: `${name}-${i}`, channelId: name, sealedSecret });
      }
      await db.insert(models).values({ id: name });
      await db.insert(routes).values({ id: name, modelId: name, channelId: name, upstreamModel: name });
      const price = { inputNanoUsdPerMtok: 1n, outputNanoUsdPerMtok: 1n };
      await db.insert(prices).values({ id: name, routeId: name, ...price });
    };
    await add('good', {});
    await add('without-address', { baseUrl: 'nowhere' });
    await add('of-no-dialect', { dialect: 'esperanto' });
    const elsewhere = secretBox('another key, of 32 characters too').seal('x', 'y');
    await add('sealed-elsewhere', {}, [elsewhere]);
    await add('sealed-in-part', {}, [elsewhere, secrets.seal('hush-hush', 'sealed-in-part')]);
    await add('without-key', {}, []);

    // As the relay reads it: drizzle's own connection gives dates as text.
    const relays = connectSql(database.url, { applicationName: 'weir test', connectionsMax: 1 });
    const problems: [string, string][] = [];
    const table = await loadRoutingTable(relays, secrets, (...problem) => problems.push(problem));
    await relays.close();

    expect([...table.keys()]).toEqual(['good', 'sealed-in-part', 'without-address']);
    expect(table.get('sealed-in-part')?.routes[0]?.keys).toMatchObject([{ keyId: 'sealed-in-part-1' }]);
    expect(problems).toEqual([
      ['of-no-dialect', expect.stringContaining('esperanto')],
      ['sealed-elsewhere', expect.stringContaining('WEIR_SECRET_KEY')],
      ['sealed-in-part', expect.stringContaining('1 of the 2 keys')],
      ['without-key', expect.stringContaining('add-key')],
    ]);
  });
});
