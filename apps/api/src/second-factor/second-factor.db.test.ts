import { notices, pendingSignIns, proofFailures, sessions, totpFactors, users } from '@weir/db/schema';
import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { secretBox } from '@weir/core/secret-box';
import { createSignInLink } from '../auth/sign-in-link.ts';
import {
  errorOf,
  PASSWORD,
  SECRET_KEY,
  sessionTokenOf,
  startTestApi,
  type TestApi,
} from '../testing/start-test-api.ts';
import { signUpWithTotp, totpCode } from '../testing/with-totp.ts';
import { createPendingSignIn } from './pending-sign-in.ts';
import { replaceRecoveryCodes, useRecoveryCode } from './recovery-codes.ts';
import { useTotp } from './totp-factor.ts';

const EMAIL = 'ada@example.com';
const AT_ONCE = 50;

/** The first step of a sign-in, which has to ask for the second. */
async function pendingTokenOf(api: TestApi, email = EMAIL): Promise<string> {
  const view = await api.client().auth.signIn.mutate({ email, password: PASSWORD });
  if (view.state !== 'second_factor') throw new Error('no second factor is asked for');
  return view.pendingToken;
}

const noticesOf = async (api: TestApi) =>
  (await api.database.db.select().from(notices)).map(({ name }) => name);

const succeeded = (results: readonly PromiseSettledResult<unknown>[]) =>
  results.filter(({ status }) => status === 'fulfilled').length;

describe('an authenticator app', () => {
  it('is asked for once it has shown a code; setting it up ends the other sessions', async () => {
    await using api = await startTestApi();
    const { client, sessionToken, userId } = await api.signUp(EMAIL);
    const other = sessionTokenOf(await api.client().auth.signIn.mutate({ email: EMAIL, password: PASSWORD }));
    const { secret, uri } = await client.secondFactor.beginTotp.mutate();
    expect(uri).toContain('otpauth://totp/Weir:ada%40example.com?issuer=Weir&secret=');
    expect(uri).toContain(secret);
    // Nothing changes before the code is shown to be right.
    expect((await api.client().auth.signIn.mutate({ email: EMAIL, password: PASSWORD })).state).toBe(
      'signed_in',
    );
    expect(await errorOf(client.secondFactor.confirmTotp.mutate({ code: '000000' }))).toMatchObject({
      weirCode: 'wrong_credentials',
      param: 'code',
    });

    const added = await client.secondFactor.confirmTotp.mutate({ code: totpCode(secret) });
    expect(added.recoveryCodes).toHaveLength(10);
    expect(await errorOf(api.client(sessionToken).auth.me.query())).toMatchObject({
      weirCode: 'not_signed_in',
    });
    expect(await errorOf(api.client(other).auth.me.query())).toMatchObject({ weirCode: 'not_signed_in' });
    const me = await api.client(added.session?.sessionToken).auth.me.query();
    expect(me).toMatchObject({ userId, secondFactor: 'on' });
    expect(await noticesOf(api)).toContain('second_factor_on');
    const again = api.client(added.session?.sessionToken).secondFactor.beginTotp.mutate();
    expect(await errorOf(again)).toMatchObject({ weirCode: 'conflict' });
  });

  it('gives the second step of a sign-in, by a token that opens nothing else', async () => {
    await using api = await startTestApi();
    const { secret, userId } = await signUpWithTotp(api, EMAIL);
    const pendingToken = await pendingTokenOf(api);
    for (const call of [
      () => api.client(pendingToken).auth.me.query(),
      () => api.client(pendingToken).keys.create.mutate({ name: 'CI' }),
      () => api.client().auth.signInWithLink.mutate({ token: pendingToken }),
    ]) {
      expect((await errorOf(call())).httpStatus).toBe(401);
    }
    const { sessionToken } = await api
      .client()
      .auth.finishWithCode.mutate({ pendingToken, code: ` ${totpCode(secret, 1).replace(/^.../, '$& ')} ` });
    expect((await api.client(sessionToken).auth.me.query()).userId).toBe(userId);
    const again = api.client().auth.finishWithCode.mutate({ pendingToken, code: totpCode(secret, 1) });
    expect(await errorOf(again)).toMatchObject({ weirCode: 'not_signed_in' });
  });

  it('is asked for after a one-time link too', async () => {
    await using api = await startTestApi();
    const { userId } = await signUpWithTotp(api, EMAIL);
    const { token } = await createSignInLink(api.database.db, userId);
    const view = await api.client().auth.signInWithLink.mutate({ token });
    expect(view).toMatchObject({ state: 'second_factor', hasTotp: true, hasPasskey: false });
  });

  it('has each code taken once, and none from before the last one', async () => {
    await using api = await startTestApi();
    const { secret } = await signUpWithTotp(api, EMAIL);
    const finish = async (code: string) =>
      api.client().auth.finishWithCode.mutate({ pendingToken: await pendingTokenOf(api), code });
    const next = totpCode(secret, 1);
    await finish(next);
    for (const code of [next, totpCode(secret), totpCode(secret, -1), totpCode(secret, 3)]) {
      expect(await errorOf(finish(code))).toMatchObject({ weirCode: 'wrong_credentials' });
    }
  });

  it(`whose code is used ${AT_ONCE} times at once lets in once`, async () => {
    await using api = await startTestApi();
    const { secret, userId } = await signUpWithTotp(api, EMAIL);
    const pendingTokens = [];
    for (let count = 0; count < AT_ONCE; count++) pendingTokens.push(await createPending(api, userId));
    const code = totpCode(secret, 1);
    const before = await api.database.db.$count(sessions);
    const results = await Promise.allSettled(
      pendingTokens.map((pendingToken) => api.client().auth.finishWithCode.mutate({ pendingToken, code })),
    );
    expect(succeeded(results)).toBe(1);
    expect(await api.database.db.$count(sessions)).toBe(before + 1);
  });

  it(`takes a step once of ${AT_ONCE} at once, also where nothing else limits them`, async () => {
    await using api = await startTestApi();
    const { secret, userId } = await signUpWithTotp(api, EMAIL);
    const code = totpCode(secret, 1);
    const taken = await Promise.all(
      Array.from({ length: AT_ONCE }, () => useTotp(api.database.db, secretBox(SECRET_KEY), userId, code)),
    );
    expect(taken.filter(Boolean)).toHaveLength(1);
  });

  it('has its secret sealed in the database', async () => {
    await using api = await startTestApi();
    const { secret, userId } = await signUpWithTotp(api, EMAIL);
    const [row] = await api.database.db.select().from(totpFactors);
    expect(row?.sealedSecret).not.toContain(secret);
    expect(secretBox(SECRET_KEY).open(row?.sealedSecret ?? '', userId)).toBe(secret);
  });

  it('that is removed is asked for no more, and its recovery codes are worth nothing', async () => {
    await using api = await startTestApi();
    const { client: before } = await signUpWithTotp(api, EMAIL);
    const { session } = await before.secondFactor.removeTotp.mutate();
    const client = api.client(session?.sessionToken);
    expect(await client.secondFactor.state.query()).toEqual({
      totpSince: null,
      passkeys: [],
      recoveryCodesLeft: 0,
    });
    const view = await api.client().auth.signIn.mutate({ email: EMAIL, password: PASSWORD });
    expect(view.state).toBe('signed_in');
    expect(await noticesOf(api)).toContain('second_factor_off');
    expect(await errorOf(client.secondFactor.removeTotp.mutate())).toMatchObject({ weirCode: 'not_found' });
    expect(await errorOf(client.secondFactor.replaceRecoveryCodes.mutate())).toMatchObject({
      weirCode: 'conflict',
    });
  });
});

describe('the last factor', () => {
  it('ends all sessions but one when it goes, and that one goes on under a new token', async () => {
    await using api = await startTestApi();
    const { client, secret } = await signUpWithTotp(api, EMAIL);
    const elsewhere = await api.client().auth.finishWithCode.mutate({
      pendingToken: await pendingTokenOf(api),
      code: totpCode(secret, 1),
    });
    const authenticatedAt = async () => {
      const [row] = await api.database.db.select().from(sessions).orderBy(sessions.createdAt);
      return row?.authenticatedAt;
    };
    const provedAt = await authenticatedAt();
    const pendingToken = await pendingTokenOf(api);

    const { session } = await client.secondFactor.removeTotp.mutate();
    for (const ended of [client, api.client(elsewhere.sessionToken)]) {
      expect(await errorOf(ended.auth.me.query())).toMatchObject({ weirCode: 'not_signed_in' });
    }
    const late = api.client().auth.finishWithCode.mutate({ pendingToken, code: '123456' });
    expect(await errorOf(late)).toMatchObject({ weirCode: 'not_signed_in' });
    expect(await api.client(session?.sessionToken).auth.me.query()).toMatchObject({ secondFactor: 'off' });
    // It is no proof of who one is.
    expect(await authenticatedAt()).toEqual(provedAt);
  });
});

describe('a recovery code', () => {
  it('lets in once, however it is written, and the person is told', async () => {
    await using api = await startTestApi();
    const { recoveryCodes } = await signUpWithTotp(api, EMAIL);
    const [code = ''] = recoveryCodes;
    expect(code).toMatch(/^[0-9a-z]{4}(-[0-9a-z]{4}){3}$/);
    const written = ` ${code.toUpperCase().replaceAll('-', ' ').replaceAll('0', 'O').replaceAll('1', 'I')} `;
    const finish = async () =>
      api.client().auth.finishWithCode.mutate({ pendingToken: await pendingTokenOf(api), code: written });
    const { sessionToken } = await finish();
    expect(await errorOf(finish())).toMatchObject({ weirCode: 'wrong_credentials' });
    expect((await api.client(sessionToken).secondFactor.state.query()).recoveryCodesLeft).toBe(9);
    const told = await api.database.db.select().from(notices).where(eq(notices.name, 'recovery_code_used'));
    expect(told).toMatchObject([{ data: { left: 9 } }]);
  });

  it(`used ${AT_ONCE} times at once is used once`, async () => {
    await using api = await startTestApi();
    const { userId } = await api.signUp(EMAIL);
    const { db } = api.database;
    const [code = ''] = await replaceRecoveryCodes(db, userId);
    const used = await Promise.all(Array.from({ length: AT_ONCE }, () => useRecoveryCode(db, userId, code)));
    expect(used.filter(Boolean)).toHaveLength(1);
  });

  it('is nowhere in the database, and ends when new ones are made', async () => {
    await using api = await startTestApi();
    const { client, recoveryCodes } = await signUpWithTotp(api, EMAIL);
    const stored = JSON.stringify(await api.database.sql`select r::text from recovery_codes r`);
    for (const code of recoveryCodes) expect(stored).not.toContain(code.replaceAll('-', ''));
    const renewed = await client.secondFactor.replaceRecoveryCodes.mutate();
    expect(renewed.recoveryCodes).toHaveLength(10);
    const finish = async (code = '') =>
      api.client().auth.finishWithCode.mutate({ pendingToken: await pendingTokenOf(api), code });
    expect(await errorOf(finish(recoveryCodes[0]))).toMatchObject({ weirCode: 'wrong_credentials' });
    await finish(renewed.recoveryCodes[0]);
    expect(await noticesOf(api)).toContain('recovery_codes_replaced');
  });
});

describe('wrong codes', () => {
  it('end the sign-in after five', async () => {
    await using api = await startTestApi();
    const { secret } = await signUpWithTotp(api, EMAIL);
    const pendingToken = await pendingTokenOf(api);
    const finish = (code: string) => api.client().auth.finishWithCode.mutate({ pendingToken, code });
    for (let count = 0; count < 5; count++) {
      expect(await errorOf(finish('wrong'))).toMatchObject({ weirCode: 'wrong_credentials' });
    }
    await api.database.db.delete(proofFailures);
    expect(await errorOf(finish(totpCode(secret, 1)))).toMatchObject({ weirCode: 'not_signed_in' });
  });

  it('delay further tries by the person, whatever sign-in they belong to, until one is right', async () => {
    await using api = await startTestApi();
    const { db } = api.database;
    const { secret, userId } = await signUpWithTotp(api, EMAIL);
    const finish = async (code: string) =>
      api.client().auth.finishWithCode.mutate({ pendingToken: await pendingTokenOf(api), code });
    for (let count = 0; count < 5; count++) await errorOf(finish('wrong'));
    expect(await errorOf(finish(totpCode(secret, 1)))).toMatchObject({
      weirCode: 'rate_limited',
      httpStatus: 429,
    });

    const waitOf = async () => {
      const [row] = await db.select().from(proofFailures).where(eq(proofFailures.userId, userId));
      return Math.round(((row?.blockedUntil.getTime() ?? 0) - Date.now()) / 60_000);
    };
    const waits = [await waitOf()];
    for (let count = 0; count < 7; count++) {
      await db.update(proofFailures).set({ blockedUntil: new Date() });
      await errorOf(finish('wrong'));
      waits.push(await waitOf());
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);

    await db.update(proofFailures).set({ blockedUntil: new Date() });
    await finish(totpCode(secret, 1));
    expect(await db.$count(proofFailures)).toBe(0);
  });

  it('are told to the person when they first have to wait, and once a day; a slip is not', async () => {
    await using api = await startTestApi();
    const { secret } = await signUpWithTotp(api, EMAIL);
    const finish = async (code: string) =>
      api.client().auth.finishWithCode.mutate({ pendingToken: await pendingTokenOf(api), code });
    const told = async () => (await noticesOf(api)).filter((name) => name === 'code_tries_blocked').length;

    for (let count = 0; count < 4; count++) await errorOf(finish('wrong'));
    await finish(totpCode(secret, 1));
    expect(await told()).toBe(0);
    for (let count = 0; count < 7; count++) {
      await errorOf(finish('wrong'));
      expect([count, await told()]).toEqual([count, count < 4 ? 0 : 1]);
      // Nor is it kept from them by whoever waits each delay out.
      await api.database.db.update(proofFailures).set({ blockedUntil: new Date() });
    }
  });

  it('of many at once are all counted', async () => {
    await using api = await startTestApi();
    const { userId } = await signUpWithTotp(api, EMAIL);
    const pendingTokens = [];
    for (let count = 0; count < 20; count++) pendingTokens.push(await createPending(api, userId));
    const errors = await Promise.all(
      pendingTokens.map((pendingToken) =>
        errorOf(api.client().auth.finishWithCode.mutate({ pendingToken, code: '123' })),
      ),
    );
    expect(errors.filter(({ weirCode }) => weirCode === 'wrong_credentials')).toHaveLength(5);
    expect(errors.filter(({ weirCode }) => weirCode === 'rate_limited')).toHaveLength(15);
  });

  it('come too late after ten minutes', async () => {
    await using api = await startTestApi();
    const { secret } = await signUpWithTotp(api, EMAIL);
    const pendingToken = await pendingTokenOf(api);
    const [row] = await api.database.db.select().from(pendingSignIns);
    expect(row?.expiresAt.getTime()).toBeLessThanOrEqual(Date.now() + 10 * 60_000);
    await api.database.db.update(pendingSignIns).set({ expiresAt: new Date(Date.now() - 1) });
    const call = api.client().auth.finishWithCode.mutate({ pendingToken, code: totpCode(secret, 1) });
    expect(await errorOf(call)).toMatchObject({ weirCode: 'not_signed_in' });
  });
});

describe('staff without a second factor', () => {
  it('are kept from what is for the staff where the operator requires one', async () => {
    await using api = await startTestApi({}, { WEIR_STAFF_SECOND_FACTOR: 'required' });
    const { client, userId } = await api.signUp(EMAIL);
    await api.database.db.update(users).set({ staffRole: 'owner' }).where(eq(users.id, userId));
    expect(await client.auth.me.query()).toMatchObject({ secondFactor: 'required' });
    expect(await errorOf(client.admin.ledger.verify.mutate())).toMatchObject({
      weirCode: 'second_factor_required',
      httpStatus: 403,
    });
    const { secret } = await client.secondFactor.beginTotp.mutate();
    const { session } = await client.secondFactor.confirmTotp.mutate({ code: totpCode(secret) });
    expect(await api.client(session?.sessionToken).admin.ledger.verify.mutate()).toMatchObject({ ok: true });
  });
});

async function createPending(api: TestApi, userId: string): Promise<string> {
  return (await createPendingSignIn(api.database.db, userId)).pendingToken;
}
