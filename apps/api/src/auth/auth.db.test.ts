import { hashSecret } from '@weir/core/api-key';
import { signInLinks, users } from '@weir/db/schema';
import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import {
  errorOf,
  PASSWORD,
  sessionTokenOf,
  startTestApi,
  type TestDatabase,
} from '../testing/start-test-api.ts';
import { createSignInLink } from './sign-in-link.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Every row of every table, as text. */
async function dumpOf({ sql }: TestDatabase): Promise<string> {
  const tables = await sql<{ name: string }[]>`
    select table_name as name from information_schema.tables where table_schema = 'public'`;
  const rows = await Promise.all(tables.map(({ name }) => sql`select t::text from ${sql(name)} t`));
  return JSON.stringify(rows);
}

describe('signing up, in and out', () => {
  it('makes a person with an account, and a session that ends with signing out', async () => {
    await using api = await startTestApi();
    const person = { email: '  Ada@Example.COM ', username: 'ada', password: PASSWORD };
    const { sessionToken, expiresAt } = await api.client().auth.signUp.mutate(person);
    expect(Date.parse(expiresAt)).toBeGreaterThan(Date.now() + 29 * DAY_MS);

    const me = await api.client(sessionToken).auth.me.query();
    expect(me).toEqual({
      userId: expect.stringMatching(/^usr_/),
      accountId: expect.stringMatching(/^acc_/),
      email: 'ada@example.com',
      username: 'ada',
      staffRole: null,
      hasPassword: true,
      secondFactor: 'off',
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
      deletion: null,
    });

    const again = sessionTokenOf(
      await api.client().auth.signIn.mutate({ email: 'ADA@example.com', password: PASSWORD }),
    );
    expect(again).not.toBe(sessionToken);

    expect(await api.client(sessionToken).auth.signOut.mutate()).toEqual({ ok: true });
    expect(await errorOf(api.client(sessionToken).auth.me.query())).toMatchObject({
      weirCode: 'not_signed_in',
      httpStatus: 401,
    });
    expect((await api.client(again).auth.me.query()).userId).toBe(me.userId);
  });

  it('stores nothing that signs in: the token and the password are nowhere in the database', async () => {
    await using api = await startTestApi();
    const { sessionToken, userId } = await api.signUp('ada@example.com');
    const link = await createSignInLink(api.database.db, userId);
    const dump = await dumpOf(api.database);
    expect(dump).toContain(hashSecret(sessionToken));
    expect(dump).toContain('$argon2id$v=19$m=19456,t=2,p=1$');
    for (const secret of [sessionToken, link.token, PASSWORD]) expect(dump).not.toContain(secret);
  });

  it('does not take the stored hash for a session', async () => {
    await using api = await startTestApi();
    const { sessionToken } = await api.signUp('ada@example.com');
    expect(await errorOf(api.client(hashSecret(sessionToken)).auth.me.query())).toMatchObject({
      weirCode: 'not_signed_in',
    });
  });

  it('refuses an e-mail that is taken, in whatever case, also when both come at once', async () => {
    await using api = await startTestApi();
    const attempt = (email: string) =>
      api.client().auth.signUp.mutate({ email, username: 'ada', password: PASSWORD });
    const results = await Promise.allSettled([attempt('ada@example.com'), attempt('ADA@example.com')]);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await errorOf(attempt('Ada@example.com'))).toMatchObject({
      weirCode: 'conflict',
      param: 'email',
      httpStatus: 409,
    });
    expect(await api.database.sql`select 1 from accounts`).toHaveLength(1);
  });

  it('answers a wrong password, an unknown e-mail and a person without a password alike', async () => {
    await using api = await startTestApi();
    const { userId } = await api.signUp('linked@example.com');
    await api.database.db.update(users).set({ passwordHash: null }).where(eq(users.id, userId));
    await api.signUp('ada@example.com');
    const signIn = (email: string, password: string) =>
      errorOf(api.client().auth.signIn.mutate({ email, password }));
    const answers = [
      await signIn('ada@example.com', 'not the password'),
      await signIn('nobody@example.com', PASSWORD),
      await signIn('linked@example.com', PASSWORD),
    ];
    expect(answers[0]).toMatchObject({ weirCode: 'wrong_credentials', httpStatus: 401 });
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
  });

  it('says of each field what does not fit', async () => {
    await using api = await startTestApi();
    const call = api.client().auth.signUp.mutate({ email: 'ada', username: 'a b c', password: 'short' });
    expect(await errorOf(call)).toMatchObject({
      httpStatus: 400,
      weirCode: 'invalid_request',
      param: 'email',
      fieldErrors: {
        email: 'Write an e-mail address like name@example.com.',
        username: expect.stringContaining('letters'),
        password: 'A password has at least 10 characters.',
      },
    });
  });
});

describe('a one-time link', () => {
  it('signs its person in once', async () => {
    await using api = await startTestApi();
    const { userId } = await api.signUp('ada@example.com');
    const { token } = await createSignInLink(api.database.db, userId);
    const sessionToken = sessionTokenOf(await api.client().auth.signInWithLink.mutate({ token }));
    expect((await api.client(sessionToken).auth.me.query()).userId).toBe(userId);
    expect(await errorOf(api.client().auth.signInWithLink.mutate({ token }))).toMatchObject({
      weirCode: 'wrong_credentials',
    });
  });

  it('used twenty times at once signs in once', async () => {
    await using api = await startTestApi();
    const { userId } = await api.signUp('ada@example.com');
    const { token } = await createSignInLink(api.database.db, userId);
    const attempts = Array.from({ length: 20 }, () => api.client().auth.signInWithLink.mutate({ token }));
    const results = await Promise.allSettled(attempts);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('does nothing after 24 hours, or once a newer one was made', async () => {
    await using api = await startTestApi();
    const { db } = api.database;
    const { userId } = await api.signUp('ada@example.com');
    const older = await createSignInLink(db, userId);
    const newer = await createSignInLink(db, userId);
    expect(newer.expiresAt.getTime()).toBeLessThanOrEqual(Date.now() + DAY_MS);
    expect(await errorOf(api.client().auth.signInWithLink.mutate({ token: older.token }))).toMatchObject({
      weirCode: 'wrong_credentials',
    });
    await db.update(signInLinks).set({ expiresAt: new Date(Date.now() - 1) });
    expect(await errorOf(api.client().auth.signInWithLink.mutate({ token: newer.token }))).toMatchObject({
      weirCode: 'wrong_credentials',
    });
  });
});
