import { describe, expect, it } from 'vitest';
import { errorOf, PASSWORD, startTestApi, type TestApi } from '../testing/start-test-api.ts';

const EMAIL = 'ada@example.com';

/** Signs in from an address, as the web server would hand it on. */
async function signInFrom(api: TestApi, address: string, password = 'not the password') {
  const response = await fetch(`${api.url}/trpc/auth.signIn`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
    body: JSON.stringify({ email: EMAIL, password }),
  });
  await response.text();
  return { status: response.status, retryAfter: Number(response.headers.get('retry-after')) };
}

/** As if the delays were over. */
const letPass = ({ database: { sql } }: TestApi) =>
  sql`update attempt_limits set expire = 0 where points > 5`;

describe('attempts to sign in', () => {
  it('are delayed after five, longer each time, and their holder is told once', async () => {
    await using api = await startTestApi();
    const { client } = await api.signUp(EMAIL);
    await api.database.sql`delete from attempt_limits`;
    const delays = [];
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 5; i++) expect((await signInFrom(api, '203.0.113.1')).status).toBe(401);
      delays.push(await signInFrom(api, '203.0.113.1'));
      // The right password has to wait as well, no longer than was said.
      const right = await signInFrom(api, '203.0.113.1', PASSWORD);
      expect(right.status).toBe(429);
      expect(right.retryAfter).toBeLessThanOrEqual(delays.at(-1)?.retryAfter ?? 0);
      await letPass(api);
    }
    expect(delays).toEqual([30, 60, 120].map((retryAfter) => ({ status: 429, retryAfter })));
    expect(await api.deliver()).toMatchObject([
      { recipient: EMAIL, subject: 'Signing in was tried many times' },
    ]);
    expect((await client.notices.unread.query()).count).toBe(1);
  });

  it('from elsewhere keep nobody out, and are forgotten when one succeeds', async () => {
    await using api = await startTestApi();
    await api.signUp(EMAIL);
    for (let i = 0; i < 6; i++) await signInFrom(api, '203.0.113.1');
    expect((await signInFrom(api, '203.0.113.1')).status).toBe(429);
    for (let i = 0; i < 4; i++) await signInFrom(api, '203.0.113.2');
    expect((await signInFrom(api, '203.0.113.2', PASSWORD)).status).toBe(200);
    for (let i = 0; i < 5; i++) expect((await signInFrom(api, '203.0.113.2')).status).toBe(401);
  });

  it('at once are no more than one after another', async () => {
    await using api = await startTestApi();
    await api.signUp(EMAIL);
    await api.database.sql`delete from attempt_limits`;
    const attempts = await Promise.all(Array.from({ length: 20 }, () => signInFrom(api, '203.0.113.1')));
    expect(attempts.filter(({ status }) => status === 401)).toHaveLength(5);
  });

  it('are counted by the address that a trusted proxy saw, and no other', async () => {
    await using behind = await startTestApi({ trustedProxies: ['loopback', '10.0.0.0/8'] });
    const guess = (api: TestApi, address: string) => signInFrom(api, address);
    // What stands left of the last untrusted hop is the client's own invention.
    for (let i = 0; i < 5; i++) await guess(behind, `198.51.100.${i}, 203.0.113.1, 10.1.2.3`);
    expect((await guess(behind, '198.51.100.99, 203.0.113.1')).status).toBe(429);
    expect((await guess(behind, '203.0.113.2')).status).toBe(401);

    await using direct = await startTestApi({ trustedProxies: [] });
    for (let i = 0; i < 5; i++) await guess(direct, `198.51.100.${i}`);
    expect((await guess(direct, '198.51.100.99')).status).toBe(429);
  });

  it('leave no address behind: neither in the database nor in the log', async () => {
    await using api = await startTestApi();
    await signInFrom(api, '203.0.113.77');
    const rows = await api.database.sql`select * from attempt_limits`;
    expect(rows.length).toBeGreaterThan(1);
    expect(JSON.stringify(rows.map((row) => ({ ...row, expire: '' })))).not.toMatch(/203\.0|ada@/);
    expect(api.logLines.join('')).not.toContain('203.0.113');
  });
});

describe('the password of somebody who is signed in', () => {
  it('is asked for with the same patience, and its holder is told once', async () => {
    await using api = await startTestApi();
    const { client } = await api.signUp(EMAIL);
    const guess = () =>
      errorOf(
        client.profile.changePassword.mutate({ currentPassword: 'x', newPassword: 'a wholly new one' }),
      );
    for (let i = 0; i < 5; i++) expect(await guess()).toMatchObject({ weirCode: 'wrong_credentials' });
    expect(await api.deliver()).toEqual([]);
    expect(await guess()).toMatchObject({ weirCode: 'rate_limited', httpStatus: 429, retryAfterSeconds: 30 });
    expect(await guess()).toMatchObject({ weirCode: 'rate_limited' });
    expect(await api.deliver()).toMatchObject([
      { recipient: EMAIL, subject: 'Somebody who is signed in has entered wrong passwords' },
    ]);
  });
});

describe('challenges for passkeys', () => {
  it('are given to one address no more often than it may try to sign in', async () => {
    await using api = await startTestApi();
    const { auth } = api.client();
    for (let i = 0; i < 60; i++) await auth.passkeyOptions.mutate();
    expect(await errorOf(auth.passkeyOptions.mutate())).toMatchObject({ weirCode: 'rate_limited' });
  });
});
