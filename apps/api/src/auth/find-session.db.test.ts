import { generateIdFromEntropySize } from 'lucia';
import { expect, it } from 'vitest';
import { PASSWORD, sessionTokenOf, startTestApi, type TestApi } from '../testing/start-test-api.ts';

const EMAIL = 'ada@example.com';
const FLOODED = '198.51.100.1';

/** What has the form of a session token. */
const madeUp = () => generateIdFromEntropySize(25);

async function me({ url }: TestApi, token: string, address: string): Promise<Response> {
  return fetch(`${url}/trpc/auth.me`, {
    headers: { authorization: `Session ${token}`, 'x-forwarded-for': address },
  });
}

it('a session that is made up is looked up so often a minute from an address; a malformed one never', async () => {
  await using api = await startTestApi({}, { WEIR_UNKNOWN_KEYS_PER_MINUTE_MAX: '3' });
  const { client, sessionToken } = await api.signUp(EMAIL);
  const statusOf = async (token: string, address: string) => (await me(api, token, address)).status;
  expect(sessionToken).toMatch(/^[a-z2-7]{40}$/);

  const flood = await Promise.all(Array.from({ length: 30 }, () => statusOf(madeUp(), FLOODED)));
  expect(flood.filter((status) => status === 401)).toHaveLength(3);
  expect(flood.filter((status) => status === 429)).toHaveLength(27);
  const refused = await me(api, madeUp(), FLOODED);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60']);

  // A session goes on from there, be it older, new or under a new token; and so do other addresses.
  expect(await statusOf(sessionToken, FLOODED)).toBe(200);
  const another = sessionTokenOf(await api.client().auth.signIn.mutate({ email: EMAIL, password: PASSWORD }));
  expect(await statusOf(another, FLOODED)).toBe(200);
  const renewed = await client.auth.reauthenticate.mutate({ password: PASSWORD });
  expect(await statusOf(renewed.sessionToken, FLOODED)).toBe(200);
  expect(await statusOf(madeUp(), '198.51.100.2')).toBe(401);

  // Whoever asks the table now fails.
  await api.database.sql`drop table sessions`;
  expect(await statusOf(another, FLOODED)).toBe(500);
  expect(await statusOf(madeUp(), FLOODED)).toBe(429);
  const malformed = ['x', another.toUpperCase(), `${another}a`, another.slice(1), `${another.slice(1)}1`];
  for (const token of malformed) expect([token, await statusOf(token, '198.51.100.2')]).toEqual([token, 401]);
});

it('a session that has ended is soon looked up no more', async () => {
  await using api = await startTestApi();
  const { client, sessionToken } = await api.signUp(EMAIL);
  await client.auth.signOut.mutate();
  for (const _again of [1, 2]) expect((await me(api, sessionToken, FLOODED)).status).toBe(401);
  await api.database.sql`drop table sessions`;
  expect((await me(api, sessionToken, FLOODED)).status).toBe(401);
});
