import { VENDORS } from '@weir/catalog/vendors';
import { secretBox } from '@weir/core/secret-box';
import { channelKeys, channels } from '@weir/db/schema';
import { createTestDatabase } from '@weir/db/testing';
import { eq } from 'drizzle-orm';
import { describe, expect, inject, it } from 'vitest';
import { addChannel } from './add-channel.ts';
import { ensureEnvChannels } from './env-channels.ts';
import { listChannels } from './list-channels.ts';

const secrets = secretBox('a secret key of enough characters');

describe('a channel', () => {
  it('keeps its secret sealed for itself alone, and its base URL without a slash at the end', async () => {
    await using database = await createTestDatabase(inject('clusterUrl'));
    const channel = {
      vendor: 'acme',
      dialect: 'openai-chat',
      baseUrl: 'https://API.example.com/v1//',
      secret: 'sk-vendor-secret',
    };
    const { channelId } = await addChannel(database.db, secrets, channel);
    const [row] = await database.db.select().from(channels);
    expect(row).toMatchObject({
      id: channelId,
      baseUrl: 'https://api.example.com/v1',
      priority: 0,
      weight: 1,
      enabled: true,
    });
    expect(JSON.stringify(row)).not.toContain('sk-vendor-secret');
    const [key] = await database.db.select().from(channelKeys);
    expect(JSON.stringify(key)).not.toContain('sk-vendor-secret');
    expect(secrets.open(key?.sealedSecret ?? '', channelId)).toBe('sk-vendor-secret');
    expect(() => secrets.open(key?.sealedSecret ?? '', 'chn_other')).toThrow('authenticate');
    expect(JSON.stringify(await listChannels(database.db))).not.toMatch(/sealed|secret/i);
  });

  it.each([
    'api.example.com/v1',
    'ftp://example.com',
    'https://user:pass@example.com/v1',
    'https://example.com/v1?key=1',
  ])('can’t be at %s', async (baseUrl) => {
    await using database = await createTestDatabase(inject('clusterUrl'));
    const channel = { vendor: 'acme', dialect: 'openai-chat', baseUrl, secret: 's' };
    await expect(addChannel(database.db, secrets, channel)).rejects.toMatchObject({
      code: 'invalid_request',
    });
  });
});

describe('channels from the environment', () => {
  const read = async (database: Awaited<ReturnType<typeof createTestDatabase>>) => {
    const rows = await database.db
      .select()
      .from(channels)
      .innerJoin(channelKeys, eq(channelKeys.channelId, channels.id))
      .orderBy(channels.id);
    return rows.map(({ channels: { id, vendor }, channel_keys: { sealedSecret } }) => [
      id,
      vendor,
      secrets.open(sealedSecret, id),
    ]);
  };

  it('are one for each vendor whose key is set, however often it is asked for', async () => {
    await using database = await createTestDatabase(inject('clusterUrl'));
    const keys = { OPENAI_API_KEY: 'sk-1', MISTRAL_API_KEY: 'sk-2', UNRELATED: 'x' };
    await Promise.all([1, 2, 3].map(() => ensureEnvChannels(database.db, secrets, VENDORS, keys)));
    const all = async () => [
      await database.db.select().from(channels),
      await database.db.select().from(channelKeys),
    ];
    const before = await all();
    await ensureEnvChannels(database.db, secrets, VENDORS, keys);
    expect(await read(database)).toEqual([
      ['chn_env_mistral', 'mistral', 'sk-2'],
      ['chn_env_openai', 'openai', 'sk-1'],
    ]);
    // What is as it should be is not written again: relays would reload their routes for nothing.
    expect(await all()).toEqual(before);
  });

  it('follow a changed key and a changed WEIR_SECRET_KEY, and leave the rest to the operator', async () => {
    await using database = await createTestDatabase(inject('clusterUrl'));
    await ensureEnvChannels(database.db, secretBox('another secret key of the past ..'), VENDORS, {
      OPENAI_API_KEY: 'sk-1',
    });
    await database.db.update(channels).set({ enabled: false, priority: 7 });
    await ensureEnvChannels(database.db, secrets, VENDORS, { OPENAI_API_KEY: 'sk-1' });
    expect(await read(database)).toEqual([['chn_env_openai', 'openai', 'sk-1']]);
    await ensureEnvChannels(database.db, secrets, VENDORS, { OPENAI_API_KEY: 'sk-2' });
    expect(await read(database)).toEqual([['chn_env_openai', 'openai', 'sk-2']]);
    await ensureEnvChannels(database.db, secrets, VENDORS, {});
    expect(await database.db.select().from(channels)).toMatchObject([{ enabled: false, priority: 7 }]);
  });
});
