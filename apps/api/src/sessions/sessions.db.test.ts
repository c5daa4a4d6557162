import { hashSecret } from '@weir/core/api-key';
import { knownDevices, notices, sessions } from '@weir/db/schema';
import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { errorOf, PASSWORD, sessionTokenOf, startTestApi } from '../testing/start-test-api.ts';

const EMAIL = 'ada@example.com';
const HOUR_MS = 60 * 60 * 1000;
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

const ago = (ms: number) => new Date(Date.now() - ms);

describe('a session', () => {
  it('that isn’t used ends after WEIR_SESSION_IDLE_HOURS, and each use moves that on', async () => {
    await using api = await startTestApi({}, { WEIR_SESSION_IDLE_HOURS: '2' });
    const { db } = api.database;
    const { client, sessionToken } = await api.signUp(EMAIL);
    const endsInMs = async () => {
      const [row] = await db.select().from(sessions);
      return (row?.expiresAt.getTime() ?? 0) - Date.now();
    };
    expect(await endsInMs()).toBeLessThanOrEqual(2 * HOUR_MS);

    await db.update(sessions).set({ lastUsedAt: ago(HOUR_MS), expiresAt: new Date(Date.now() + HOUR_MS) });
    await client.auth.me.query();
    expect(await endsInMs()).toBeGreaterThan(1.9 * HOUR_MS);

    await db.update(sessions).set({ expiresAt: ago(1) });
    expect(await errorOf(client.auth.me.query())).toMatchObject({ weirCode: 'not_signed_in' });
    expect(await db.$count(sessions, eq(sessions.id, hashSecret(sessionToken)))).toBe(0);
  });

  it('ends WEIR_SESSION_HOURS_MAX after the sign-in, however much it is used', async () => {
    await using api = await startTestApi({}, { WEIR_SESSION_HOURS_MAX: '24', WEIR_SESSION_IDLE_HOURS: '8' });
    const { db } = api.database;
    const { client } = await api.signUp(EMAIL);
    await db.update(sessions).set({ createdAt: ago(23.5 * HOUR_MS), lastUsedAt: ago(HOUR_MS) });
    await client.auth.me.query();
    const [row] = await db.select().from(sessions);
    expect(row?.expiresAt.getTime()).toBe((row?.createdAt.getTime() ?? 0) + 24 * HOUR_MS);
  });

  it('has its use written down every few minutes, not with every request', async () => {
    await using api = await startTestApi();
    const { db } = api.database;
    const { client } = await api.signUp(EMAIL);
    const lastUsedAfter = async (lastUsedAt: Date) => {
      await db.update(sessions).set({ lastUsedAt });
      await client.auth.me.query();
      return (await db.select().from(sessions))[0]?.lastUsedAt.getTime() ?? 0;
    };
    const recent = ago(4 * 60_000);
    expect(await lastUsedAfter(recent)).toBe(recent.getTime());
    expect(await lastUsedAfter(ago(6 * 60_000))).toBeGreaterThan(Date.now() - 60_000);
  });
});

describe('the list of sessions', () => {
  it('tells the device of each and which one asks, and no address unless they are logged', async () => {
    await using api = await startTestApi();
    const { client } = await api.signUp(EMAIL);
    const browser = api.client(undefined, { 'user-agent': FIREFOX, 'x-forwarded-for': '203.0.113.7' });
    await browser.auth.signIn.mutate({ email: EMAIL, password: PASSWORD });
    await api.signUp('bob@example.com');

    const listed = await client.sessions.list.query();
    expect(listed).toHaveLength(2);
    expect(listed.filter(({ isCurrent }) => isCurrent)).toHaveLength(1);
    expect(listed.find(({ isCurrent }) => !isCurrent)).toMatchObject({
      device: 'Firefox, Linux',
      address: null,
    });
    expect(
      JSON.stringify(await api.database.sql`select s::text, n::text from sessions s, notices n`),
    ).not.toContain('203.0.113.7');
  });

  it('tells the address too where the brand notes it', async () => {
    await using api = await startTestApi({}, { WEIR_BRAND: 'bananarouter' });
    const { client } = await api.signUp(EMAIL);
    const browser = api.client(undefined, { 'x-forwarded-for': '203.0.113.7' });
    await browser.auth.signIn.mutate({ email: EMAIL, password: PASSWORD });
    const addresses = (await client.sessions.list.query()).map(({ address }) => address);
    expect(new Set(addresses)).toEqual(new Set(['127.0.0.1', '203.0.113.7']));
  });

  it('ends one, or all others, of the person alone', async () => {
    await using api = await startTestApi();
    const ada = await api.signUp(EMAIL);
    const bob = await api.signUp('bob@example.com');
    const tokens = [];
    for (let count = 0; count < 3; count++) {
      tokens.push(
        sessionTokenOf(await api.client().auth.signIn.mutate({ email: EMAIL, password: PASSWORD })),
      );
    }
    const [first, ...others] = tokens;
    const firstId = (await api.client(first).sessions.list.query()).find(({ isCurrent }) => isCurrent);
    const sessionId = firstId?.sessionId ?? '';

    const asBob = bob.client.sessions.revoke.mutate({ sessionId });
    expect(await errorOf(asBob)).toMatchObject({ weirCode: 'not_found' });
    await ada.client.sessions.revoke.mutate({ sessionId });
    expect(await errorOf(api.client(first).auth.me.query())).toMatchObject({ weirCode: 'not_signed_in' });

    expect(await ada.client.sessions.revokeOthers.mutate()).toEqual({ ended: 2 });
    for (const token of others) {
      expect(await errorOf(api.client(token).auth.me.query())).toMatchObject({ weirCode: 'not_signed_in' });
    }
    await ada.client.auth.me.query();
    await bob.client.auth.me.query();
    expect(
      await api.database.db.select().from(notices).where(eq(notices.name, 'sessions_ended')),
    ).toMatchObject([{ userId: ada.userId, data: { ended: 2 } }]);
  });
});

describe('a browser', () => {
  it('that a person never signed in from before is told of to them', async () => {
    await using api = await startTestApi();
    const { userId } = await api.signUp(EMAIL);
    const told = () => api.database.db.$count(notices, eq(notices.name, 'new_device'));
    const signIn = (device: string) =>
      api
        .client(undefined, { 'user-agent': FIREFOX, 'x-weir-device': device })
        .auth.signIn.mutate({ email: EMAIL, password: PASSWORD });
    expect(await told()).toBe(0);
    await signIn('a'.repeat(43));
    expect(await told()).toBe(1);
    await signIn('a'.repeat(43));
    expect(await told()).toBe(1);
    await signIn('b'.repeat(43));
    expect(await api.database.db.select().from(notices)).toMatchObject([
      { userId, name: 'new_device', data: { device: 'Firefox, Linux', address: null } },
      { userId, name: 'new_device' },
    ]);
    const rows = JSON.stringify(await api.database.db.select().from(knownDevices));
    expect(rows).not.toContain('a'.repeat(43));
  });
});
