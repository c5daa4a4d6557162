import { newApiKey } from '@weir/core/api-key';
import { expect, describe, it } from 'vitest';
import { errorOf, startTestApi } from '../testing/start-test-api.ts';

const from = (address: string) => ({ 'x-forwarded-for': address });

describe('a key at the api’s own port', () => {
  it('works from its addresses alone, in whichever protocol', async () => {
    await using api = await startTestApi();
    const { client, accountId } = await api.signUp('ada@example.com');
    const { key } = await client.keys.create.mutate({
      name: 'office',
      scopes: ['read', 'manage'],
      addresses: ['203.0.113.0/24'],
    });
    const there = api.client(key, from('203.0.113.7'));
    expect(await there.account.balance.query()).toMatchObject({ accountId });
    for (const address of ['198.51.100.1', '203.0.113.7, 198.51.100.1', 'nowhere', '::ffff:198.51.100.1']) {
      const elsewhere = api.client(key, from(address));
      expect(await errorOf(elsewhere.keys.create.mutate({ name: 'free' }))).toMatchObject({
        weirCode: 'address_not_allowed',
      });
      const headers = { authorization: `Bearer ${key}`, ...from(address) };
      expect((await fetch(`${api.url}/v1/keys`, { headers })).status).toBe(403);
    }
  });

  it('is no session, though it be sent as one', async () => {
    await using api = await startTestApi();
    const { client, sessionToken } = await api.signUp('ada@example.com');
    const { key } = await client.keys.create.mutate({ name: 'CI', scopes: ['read', 'manage'] });
    const asSession = async (token: string) =>
      fetch(`${api.url}/v1/keys`, { headers: { authorization: `Session ${token}` } });
    expect((await asSession(sessionToken)).status).toBe(200);
    expect((await asSession(key)).status).toBe(401);
  });

  it('that is made up is looked up so often a minute from an address; a malformed one never', async () => {
    await using api = await startTestApi({}, { WEIR_UNKNOWN_KEYS_PER_MINUTE_MAX: '3' });
    const { client } = await api.signUp('ada@example.com');
    const { key } = await client.keys.create.mutate({ name: 'CI', scopes: ['read'] });
    const credits = async (token: string, address: string) =>
      fetch(`${api.url}/v1/credits`, { headers: { authorization: `Bearer ${token}`, ...from(address) } });
    expect((await credits(key, '198.51.100.1')).status).toBe(200);

    const flood = await Promise.all(
      Array.from({ length: 30 }, async () => (await credits(newApiKey(), '198.51.100.1')).status),
    );
    expect(flood.filter((status) => status === 401)).toHaveLength(3);
    expect(flood.filter((status) => status === 429)).toHaveLength(27);

    const refused = await credits(newApiKey(), '198.51.100.1');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60']);
    // A key that was found before goes on, and so do other addresses.
    expect((await credits(key, '198.51.100.1')).status).toBe(200);
    expect((await credits(newApiKey(), '198.51.100.2')).status).toBe(401);

    // Whoever asks the table now fails.
    await api.database.sql`drop table api_keys cascade`;
    expect((await credits(key, '198.51.100.1')).status).toBe(500);
    expect((await credits(newApiKey(), '198.51.100.1')).status).toBe(429);
    expect((await credits('sk-weir-malformed', '198.51.100.2')).status).toBe(401);
  });
});
