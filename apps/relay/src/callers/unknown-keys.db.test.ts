import { newApiKey } from '@weir/core/api-key';
import { describe, expect, it } from 'vitest';
import { startTestRelay, type TestRelay } from '../testing/test-relay.ts';

const USD = 1_000_000_000n;
const CALL = { model: 'test/model', messages: [{ role: 'user', content: 'hello' }] };

const statusFrom = async (relay: TestRelay, key: string, address: string) => {
  const headers = { authorization: `Bearer ${key}`, 'x-forwarded-for': address };
  return (await relay.post(key, CALL, { headers })).status;
};

/** What the table of keys has been asked. */
async function lookUps({ sql }: TestRelay): Promise<number> {
  await sql`select pg_stat_force_next_flush()`;
  const [row] = await sql<{ scans: number }[]>`
    select (seq_scan + idx_scan)::int as scans from pg_stat_user_tables where relname = 'api_keys'`;
  return row?.scans ?? 0;
}

describe('a flood of unknown keys', () => {
  it('from one address ends before the database; other addresses and known keys go on', async () => {
    await using relay = await startTestRelay({
      WEIR_UNKNOWN_KEYS_PER_MINUTE_MAX: '3',
      WEIR_TRUSTED_PROXIES: '127.0.0.1,::1',
    });
    const { key } = await relay.createCaller(USD);
    // There is no such model.
    expect(await statusFrom(relay, key, '198.51.100.1')).toBe(404);

    const flood = await Promise.all(
      Array.from({ length: 30 }, () => statusFrom(relay, newApiKey(), '198.51.100.1')),
    );
    expect(flood.filter((status) => status === 401)).toHaveLength(3);
    expect(flood.filter((status) => status === 429)).toHaveLength(27);

    const before = await lookUps(relay);
    expect(await statusFrom(relay, newApiKey(), '198.51.100.1')).toBe(429);
    expect(await statusFrom(relay, key, '198.51.100.1')).toBe(404);
    expect(await statusFrom(relay, 'sk-weir-malformed', '198.51.100.1')).toBe(401);
    expect(await lookUps(relay)).toBe(before);
    expect(await statusFrom(relay, newApiKey(), '198.51.100.2')).toBe(401);
  });

  it('from a network of IPv6 is one flood', async () => {
    await using relay = await startTestRelay({
      WEIR_UNKNOWN_KEYS_PER_MINUTE_MAX: '2',
      WEIR_TRUSTED_PROXIES: '127.0.0.1,::1',
    });
    const from = (address: string) => statusFrom(relay, newApiKey(), address);
    expect(await from('2001:db8::1')).toBe(401);
    expect(await from('2001:DB8:0:0:ffff::2')).toBe(401);
    expect(await from('2001:db8:0:0:1:2:3:4')).toBe(429);
    expect(await from('2001:db8:0:1::1')).toBe(401);
  });

  it('is not what good keys are that come all at once', async () => {
    await using relay = await startTestRelay({ WEIR_UNKNOWN_KEYS_PER_MINUTE_MAX: '2' });
    const callers = await Promise.all(Array.from({ length: 12 }, () => relay.createCaller(USD)));
    const statuses = await Promise.all(callers.map(async ({ key }) => (await relay.post(key, CALL)).status));
    expect(statuses).toEqual(callers.map(() => 404));
  });

  it('of one and the same key asks the database once', async () => {
    await using relay = await startTestRelay({ WEIR_UNKNOWN_KEYS_PER_MINUTE_MAX: '2' });
    const key = newApiKey();
    const statuses = await Promise.all(
      Array.from({ length: 10 }, async () => (await relay.post(key, CALL)).status),
    );
    expect(statuses).toEqual(Array(10).fill(401));
    expect((await relay.post(newApiKey(), CALL)).status).toBe(401);
  });
});
