import { sessions } from '@weir/db/schema';
import { describe, expect, it } from 'vitest';
import { errorOf, PASSWORD, startTestApi, type TestApi } from '../testing/start-test-api.ts';
import { signUpWithTotp, totpCode } from '../testing/with-totp.ts';

const EMAIL = 'ada@example.com';

/** As if everybody had signed in so long ago. */
function age(api: TestApi, minutes: number) {
  return api.database.db.update(sessions).set({ authenticatedAt: new Date(Date.now() - minutes * 60_000) });
}

describe('a proof of who one is', () => {
  it('is asked for anew after ten minutes by what is sensitive, and by nothing else', async () => {
    await using api = await startTestApi();
    const { client, sessionToken } = await api.signUp(EMAIL);
    await age(api, 9);
    const { keyId } = await client.keys.create.mutate({ name: 'CI' });
    await age(api, 11);
    const passkeyId = 'pky_none';
    const made = { clientDataJSON: 'x', attestationObject: 'x' };
    const passkey = { id: 'x', rawId: 'x', type: 'public-key', response: made } as const;
    for (const call of [
      () => client.keys.create.mutate({ name: 'CI' }),
      () => client.keys.rotate.mutate({ keyId, overlapHours: 0 }),
      () => client.playground.createKey.mutate(),
      () => client.secondFactor.beginTotp.mutate(),
      () => client.secondFactor.confirmTotp.mutate({ code: '123456' }),
      () => client.secondFactor.removeTotp.mutate(),
      () => client.secondFactor.replaceRecoveryCodes.mutate(),
      () => client.secondFactor.passkeys.creationOptions.mutate(),
      () => client.secondFactor.passkeys.add.mutate({ name: 'Phone', passkey }),
      () => client.secondFactor.passkeys.remove.mutate({ passkeyId }),
    ]) {
      expect(await errorOf(call())).toMatchObject({ weirCode: 'reauthentication_required', httpStatus: 403 });
    }
    const byRest = await fetch(`${api.url}/v1/keys`, {
      method: 'POST',
      headers: { authorization: `Bearer ${sessionToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'CI' }),
    });
    expect(byRest.status).toBe(403);
    await client.keys.list.query();
  });

  it('by the password gives the session a new token, and lets what was asked through', async () => {
    await using api = await startTestApi();
    const { client, sessionToken } = await api.signUp(EMAIL);
    await age(api, 60);
    expect(await errorOf(client.auth.reauthenticate.mutate({ password: 'not the password' }))).toMatchObject({
      weirCode: 'wrong_credentials',
      param: 'password',
    });
    const renewed = await client.auth.reauthenticate.mutate({ password: PASSWORD });
    expect(renewed.sessionToken).not.toBe(sessionToken);
    await api.client(renewed.sessionToken).keys.create.mutate({ name: 'CI' });
    expect(await errorOf(client.auth.me.query())).toMatchObject({ weirCode: 'not_signed_in' });
    expect(await api.database.db.$count(sessions)).toBe(1);
  });

  it('by a code of the app will do', async () => {
    await using api = await startTestApi();
    const { client, secret } = await signUpWithTotp(api, EMAIL);
    await age(api, 60);
    const { sessionToken } = await client.auth.reauthenticate.mutate({ code: totpCode(secret, 1) });
    expect(await api.client(sessionToken).secondFactor.removeTotp.mutate()).toMatchObject({
      session: { sessionToken: expect.any(String) },
    });
  });

  it('is taken in one form, and guesses are limited', async () => {
    await using api = await startTestApi();
    const { client } = await api.signUp(EMAIL);
    const both = client.auth.reauthenticate.mutate({ password: PASSWORD, code: '1' });
    expect(await errorOf(both)).toMatchObject({ httpStatus: 400 });
    for (let count = 0; count < 5; count++) {
      await errorOf(client.auth.reauthenticate.mutate({ password: 'not the password' }));
    }
    expect(await errorOf(client.auth.reauthenticate.mutate({ password: PASSWORD }))).toMatchObject({
      weirCode: 'rate_limited',
    });
  });
});
