import { randomUUID } from 'node:crypto';
import { hashSecret } from '@weir/core/api-key';
import { emailCodes, oneTimeLinks, users } from '@weir/db/schema';
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
  it('makes a person with an account once the mailed code is typed in, and a session', async () => {
    await using api = await startTestApi();
    const { auth } = api.client();
    const person = { email: '  Ada@Example.COM ', username: 'ada', password: PASSWORD };
    const { signUpId } = await auth.signUp.mutate(person);
    expect(await api.database.db.$count(users)).toBe(0);
    const code = await api.mailedCode();
    const { sessionToken, expiresAt } = await auth.confirmSignUp.mutate({ signUpId, code });
    expect(Date.parse(expiresAt)).toBeGreaterThan(Date.now() + 29 * DAY_MS);

    const me = await api.client(sessionToken).auth.me.query();
    expect(me).toEqual({
      userId: expect.stringMatching(/^usr_/),
      phone: null,
      accountId: expect.stringMatching(/^acc_/),
      email: 'ada@example.com',
      username: 'ada',
      staffRole: null,
      hasPassword: true,
      secondFactor: 'off',
      hasTotp: false,
      hasPasskey: false,
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
      deletion: null,
      captures: [],
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
    await api.client().auth.signUp.mutate({ email: 'b@example.com', username: 'bob', password: PASSWORD });
    const code = await api.mailedCode();
    const dump = await dumpOf(api.database);
    expect(dump).toContain(hashSecret(sessionToken));
    expect(dump).toContain('$argon2id$v=19$m=19456,t=2,p=1$');
    for (const secret of [sessionToken, link.token, PASSWORD, code, code.replace(' ', '')])
      expect(dump).not.toContain(secret);
  });

  it('does not take the stored hash for a session', async () => {
    await using api = await startTestApi();
    const { sessionToken } = await api.signUp('ada@example.com');
    expect(await errorOf(api.client(hashSecret(sessionToken)).auth.me.query())).toMatchObject({
      weirCode: 'not_signed_in',
    });
  });

  it('takes a code once, of fifty at once too', async () => {
    await using api = await startTestApi();
    const { auth } = api.client();
    const person = { email: 'ada@example.com', username: 'ada', password: PASSWORD };
    const { signUpId } = await auth.signUp.mutate(person);
    const code = await api.mailedCode();
    // A wrong one is one of its five tries.
    expect(await errorOf(auth.confirmSignUp.mutate({ signUpId, code: '00000000' }))).toMatchObject({
      weirCode: 'wrong_credentials',
      param: 'code',
    });
    const attempts = Array.from({ length: 50 }, () => auth.confirmSignUp.mutate({ signUpId, code }));
    const results = await Promise.allSettled(attempts);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await api.database.sql`select 1 from accounts`).toHaveLength(1);
    expect(await api.database.db.$count(emailCodes)).toBe(0);
  });

  it('ends a code after five tries, after a quarter of an hour, and when another was mailed', async () => {
    await using api = await startTestApi();
    const { auth } = api.client();
    const begin = async () => {
      const email = `${randomUUID()}@example.com`;
      const { signUpId } = await auth.signUp.mutate({ email, username: 'ada', password: PASSWORD });
      return { signUpId, code: await api.mailedCode() };
    };
    const confirm = (given: { signUpId: string; code: string }) => auth.confirmSignUp.mutate(given);
    const wrong = { weirCode: 'wrong_credentials', param: 'code' };

    const tried = await begin();
    for (let i = 0; i < 5; i++) {
      expect(await errorOf(confirm({ ...tried, code: '12345678' }))).toMatchObject(wrong);
    }
    expect(await errorOf(confirm(tried))).toMatchObject(wrong);

    const resent = await begin();
    await auth.resendSignUpCode.mutate({ signUpId: resent.signUpId });
    const newer = await api.mailedCode();
    expect(await errorOf(confirm(resent))).toMatchObject(wrong);
    await confirm({ ...resent, code: newer });

    const late = await begin();
    const [row] = await api.database.db.select().from(emailCodes).where(eq(emailCodes.id, late.signUpId));
    expect(row?.expiresAt.getTime()).toBeLessThanOrEqual(Date.now() + 15 * 60 * 1000);
    await api.database.db.update(emailCodes).set({ expiresAt: new Date(Date.now() - 1) });
    expect(await errorOf(confirm(late))).toMatchObject(wrong);
    expect(await errorOf(auth.resendSignUpCode.mutate({ signUpId: late.signUpId }))).toMatchObject({
      weirCode: 'not_found',
    });
  });

  it('can be kept from nobody by who knows its id: used-up tries come back with a new code, and a new sign-up is had at once', async () => {
    await using api = await startTestApi();
    const { auth } = api.client();
    const stranger = api.client(undefined, { 'x-forwarded-for': '203.0.113.9' }).auth;
    const begin = async (email: string) =>
      (await auth.signUp.mutate({ email, username: 'some.one', password: PASSWORD })).signUpId;
    const useTriesUp = async (signUpId: string) => {
      const code = await api.mailedCode();
      for (let i = 0; i < 5; i++)
        await errorOf(stranger.confirmSignUp.mutate({ signUpId, code: '12345678' }));
      expect(await errorOf(auth.confirmSignUp.mutate({ signUpId, code }))).toMatchObject({
        weirCode: 'wrong_credentials',
      });
    };

    const ada = await begin('ada@example.com');
    await useTriesUp(ada);
    await auth.resendSignUpCode.mutate({ signUpId: ada });
    await auth.confirmSignUp.mutate({ signUpId: ada, code: await api.mailedCode() });

    const bob = await begin('bob@example.com');
    await useTriesUp(bob);
    for (let mail = 0; mail < 3; mail++) {
      await stranger.resendSignUpCode.mutate({ signUpId: bob });
      await useTriesUp(bob);
    }
    // It asks for no wait.
    expect(await errorOf(auth.resendSignUpCode.mutate({ signUpId: bob }))).toMatchObject({
      weirCode: 'not_found',
      message: 'The code was sent several times. Begin again.',
    });
    const again = await begin('bob@example.com');
    await auth.confirmSignUp.mutate({ signUpId: again, code: await api.mailedCode() });
  });

  it('refuses a password that is easily guessed', async () => {
    await using api = await startTestApi();
    const refused = async (password: string, email = 'ada@example.com') =>
      errorOf(api.client().auth.signUp.mutate({ email, username: 'lovelace-ada', password }));
    for (const call of [
      await refused('password1234'),
      await refused('lovelace-ada1'),
      await refused('longish.name', 'longish.name@example.com'),
    ]) {
      expect(call).toMatchObject({ httpStatus: 400, param: 'password' });
      expect(call.message).toContain('easily guessed');
    }
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
    await db.update(oneTimeLinks).set({ expiresAt: new Date(Date.now() - 1) });
    expect(await errorOf(api.client().auth.signInWithLink.mutate({ token: newer.token }))).toMatchObject({
      weirCode: 'wrong_credentials',
    });
  });
});
