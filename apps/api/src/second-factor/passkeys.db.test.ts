import { notices, passkeyChallenges, passkeys } from '@weir/db/schema';
import { expect, describe, it } from 'vitest';
import { softwareAuthenticator } from '../testing/software-authenticator.ts';
import { errorOf, PASSWORD, startTestApi, type TestApi, type TestClient } from '../testing/start-test-api.ts';
import { relyingParty } from './relying-party.ts';

const EMAIL = 'ada@example.com';
const SITE = { origin: 'https://weir.example.com', rpId: 'weir.example.com' };

const newAuthenticator = () => softwareAuthenticator({ ...SITE, counter: 1, verifiesUser: true });
type Authenticator = ReturnType<typeof newAuthenticator>;

async function add(client: TestClient, authenticator: Authenticator, name = 'Laptop') {
  const passkey = authenticator.create(await client.secondFactor.passkeys.creationOptions.mutate());
  return client.secondFactor.passkeys.add.mutate({ name, passkey });
}

/** A person with a passkey. */
async function signUpWithPasskey(api: TestApi, email = EMAIL) {
  const person = await api.signUp(email);
  const authenticator = newAuthenticator();
  const { session } = await add(person.client, authenticator);
  return { ...person, authenticator, client: api.client(session?.sessionToken) };
}

async function signIn(api: TestApi, authenticator: Authenticator) {
  const options = await api.client().auth.passkeyOptions.mutate();
  authenticator.state.counter += 1;
  return api.client().auth.signInWithPasskey.mutate({ passkey: authenticator.use(options) });
}

describe('a passkey', () => {
  it('as the first factor comes with recovery codes, and a second one without', async () => {
    await using api = await startTestApi();
    const { client, userId } = await api.signUp(EMAIL);
    const first = await add(client, newAuthenticator(), 'Laptop');
    expect(first.recoveryCodes).toHaveLength(10);
    const renewed = api.client(first.session?.sessionToken);
    expect(await add(renewed, newAuthenticator(), 'Phone')).toEqual({ recoveryCodes: null, session: null });
    const state = await renewed.secondFactor.state.query();
    expect(state).toMatchObject({
      totpSince: null,
      recoveryCodesLeft: 10,
      passkeys: [
        { name: 'Laptop', lastUsedAt: null },
        { name: 'Phone', lastUsedAt: null },
      ],
    });

    const [laptop, phone] = state.passkeys.map(({ passkeyId }) => ({ passkeyId }));
    await renewed.secondFactor.passkeys.rename.mutate({ passkeyId: '', ...laptop, name: 'Work laptop' });
    const bob = await api.signUp('bob@example.com');
    for (const asBob of [
      () => bob.client.secondFactor.passkeys.rename.mutate({ passkeyId: '', ...laptop, name: 'Bob’s' }),
      () => bob.client.secondFactor.passkeys.remove.mutate({ passkeyId: '', ...laptop }),
    ]) {
      expect(await errorOf(asBob())).toMatchObject({ weirCode: 'not_found' });
    }
    const { remove } = renewed.secondFactor.passkeys;
    expect(await remove.mutate({ passkeyId: '', ...phone })).toEqual({ session: null });
    const { session: last } = await remove.mutate({ passkeyId: '', ...laptop });
    const told = (await api.database.db.select().from(notices)).map(({ name, data }) => [name, data]);
    expect(told).toEqual([
      ['passkey_added', { name: 'Laptop' }],
      ['second_factor_on', {}],
      ['passkey_added', { name: 'Phone' }],
      ['passkey_removed', { name: 'Phone' }],
      ['passkey_removed', { name: 'Work laptop' }],
      ['second_factor_off', {}],
    ]);
    expect((await api.client(last?.sessionToken).auth.me.query()).userId).toBe(userId);
  });

  it('signs in alone, without a word of who the person is', async () => {
    await using api = await startTestApi();
    const { authenticator, userId } = await signUpWithPasskey(api);
    const { sessionToken } = await signIn(api, authenticator);
    expect((await api.client(sessionToken).auth.me.query()).userId).toBe(userId);
    const [row] = await api.database.db.select().from(passkeys);
    expect(row).toMatchObject({ counter: 2, lastUsedAt: expect.any(Date) });
  });

  it('gives the second step after a password, a touch being enough', async () => {
    await using api = await startTestApi();
    const { authenticator, userId } = await signUpWithPasskey(api);
    const view = await api.client().auth.signIn.mutate({ email: EMAIL, password: PASSWORD });
    if (view.state !== 'second_factor') throw new Error('no second factor is asked for');
    expect(view).toMatchObject({ hasTotp: false, hasPasskey: true });
    const { pendingToken } = view;
    const options = await api.client().auth.finishOptions.mutate({ pendingToken });
    expect(options.allowCredentials).toHaveLength(1);
    Object.assign(authenticator.state, { counter: 2, verifiesUser: false });
    const passkey = authenticator.use(options);
    // It is good for this step alone.
    expect(await errorOf(api.client().auth.signInWithPasskey.mutate({ passkey }))).toMatchObject({
      weirCode: 'wrong_credentials',
    });
    const { sessionToken } = await api.client().auth.finishWithPasskey.mutate({ pendingToken, passkey });
    expect((await api.client(sessionToken).auth.me.query()).userId).toBe(userId);
  });

  it('is refused where the authenticator asked for no PIN, finger or face, and nothing else was given', async () => {
    await using api = await startTestApi();
    const { authenticator } = await signUpWithPasskey(api);
    authenticator.state.verifiesUser = false;
    expect(await errorOf(signIn(api, authenticator))).toMatchObject({ weirCode: 'wrong_credentials' });
  });

  it('is refused from another site', async () => {
    await using api = await startTestApi();
    const { authenticator } = await signUpWithPasskey(api);
    for (const site of [{ origin: 'https://weir.example.com.evil.example' }, { rpId: 'evil.example' }]) {
      Object.assign(authenticator.state, SITE, site);
      expect(await errorOf(signIn(api, authenticator))).toMatchObject({ weirCode: 'wrong_credentials' });
    }
  });

  it('whose counter does not grow is a copy’s, and refused', async () => {
    await using api = await startTestApi();
    const { authenticator } = await signUpWithPasskey(api);
    await signIn(api, authenticator);
    for (const counter of [0, 1, 2]) {
      // Signing in counts one up.
      authenticator.state.counter = counter - 1;
      expect(await errorOf(signIn(api, authenticator))).toMatchObject({ weirCode: 'wrong_credentials' });
    }
    await signIn(api, authenticator);
  });

  it('signs a challenge once, within five minutes', async () => {
    await using api = await startTestApi();
    const { authenticator } = await signUpWithPasskey(api);
    const options = await api.client().auth.passkeyOptions.mutate();
    authenticator.state.counter += 1;
    const passkey = authenticator.use(options);
    const attempts = Array.from({ length: 20 }, () =>
      api.client().auth.signInWithPasskey.mutate({ passkey }),
    );
    const results = await Promise.allSettled(attempts);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);

    const late = await api.client().auth.passkeyOptions.mutate();
    const [row] = await api.database.db.select().from(passkeyChallenges);
    expect(row?.expiresAt.getTime()).toBeLessThanOrEqual(Date.now() + 5 * 60_000);
    await api.database.db.update(passkeyChallenges).set({ expiresAt: new Date(Date.now() - 1) });
    authenticator.state.counter += 1;
    const call = api.client().auth.signInWithPasskey.mutate({ passkey: authenticator.use(late) });
    expect(await errorOf(call)).toMatchObject({ weirCode: 'wrong_credentials' });
  });

  it('of one person is not taken for another’s', async () => {
    await using api = await startTestApi();
    const ada = await signUpWithPasskey(api);
    const bob = await signUpWithPasskey(api, 'bob@example.com');
    const options = await bob.client.auth.reauthenticationOptions.mutate();
    ada.authenticator.state.counter += 1;
    const call = bob.client.auth.reauthenticate.mutate({ passkey: ada.authenticator.use(options) });
    expect(await errorOf(call)).toMatchObject({ weirCode: 'wrong_credentials' });
  });
});

describe('what passkeys are bound to', () => {
  it.each([
    ['https://weir.example.com', 'weir.example.com', 'https://weir.example.com'],
    ['http://127.0.0.1:3000', 'localhost', 'http://localhost:3000'],
    ['http://localhost:3000', 'localhost', 'http://localhost:3000'],
  ])('is of %s the host %s', (url, id, origin) => {
    expect(relyingParty(url)).toEqual({ id, origin });
  });

  it('can’t be an address', () => {
    expect(() => relyingParty('https://203.0.113.7')).toThrow('need a domain name');
    expect(() => relyingParty('https://[2001:db8::1]:3000')).toThrow('need a domain name');
  });
});
