import { users } from '@weir/db/schema';
import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { createSignInLink } from '../auth/sign-in-link.ts';
import { errorOf, PASSWORD, sessionTokenOf, startTestApi } from '../testing/start-test-api.ts';

const EMAIL = 'ada@example.com';
const NEW_PASSWORD = 'a wholly new one';

describe('the profile', () => {
  it('changes its user name', async () => {
    await using api = await startTestApi();
    const { client } = await api.signUp(EMAIL);
    const other = await api.signUp('bob@example.com');
    expect(await client.profile.update.mutate({ username: 'countess' })).toEqual({
      ...(await client.auth.me.query()),
      username: 'countess',
    });
    expect((await other.client.auth.me.query()).username).toBe('some.one');
  });

  it('changes its password, which ends the other sessions and unused links, and gives this session a new token', async () => {
    await using api = await startTestApi();
    const { client, sessionToken, userId } = await api.signUp(EMAIL);
    const other = sessionTokenOf(await api.client().auth.signIn.mutate({ email: EMAIL, password: PASSWORD }));
    const link = await createSignInLink(api.database.db, userId);
    const bystander = await api.signUp('bob@example.com');

    const change = { currentPassword: PASSWORD, newPassword: NEW_PASSWORD };
    const renewed = await client.profile.changePassword.mutate(change);

    expect(renewed.sessionToken).not.toBe(sessionToken);
    expect((await api.client(renewed.sessionToken).auth.me.query()).userId).toBe(userId);
    expect(await errorOf(client.auth.me.query())).toMatchObject({ weirCode: 'not_signed_in' });
    await bystander.client.auth.me.query();
    expect(await errorOf(api.client(other).auth.me.query())).toMatchObject({
      weirCode: 'not_signed_in',
    });
    expect(await errorOf(api.client().auth.signInWithLink.mutate({ token: link.token }))).toMatchObject({
      weirCode: 'wrong_credentials',
    });
    expect(
      await errorOf(api.client().auth.signIn.mutate({ email: EMAIL, password: PASSWORD })),
    ).toMatchObject({ weirCode: 'wrong_credentials' });
    await api.client().auth.signIn.mutate({ email: EMAIL, password: NEW_PASSWORD });
  });

  it('keeps the password when the current one is wrong or left out', async () => {
    await using api = await startTestApi();
    const { client } = await api.signUp(EMAIL);
    for (const given of [{}, { currentPassword: 'not the password' }]) {
      const call = client.profile.changePassword.mutate({ ...given, newPassword: NEW_PASSWORD });
      expect(await errorOf(call)).toMatchObject({ weirCode: 'wrong_credentials', param: 'currentPassword' });
    }
    await api.client().auth.signIn.mutate({ email: EMAIL, password: PASSWORD });
  });

  it('sets a first password without a current one', async () => {
    await using api = await startTestApi();
    const { client, userId } = await api.signUp(EMAIL);
    await api.database.db.update(users).set({ passwordHash: null }).where(eq(users.id, userId));
    expect((await client.auth.me.query()).hasPassword).toBe(false);
    const { sessionToken } = await client.profile.changePassword.mutate({ newPassword: NEW_PASSWORD });
    expect((await api.client(sessionToken).auth.me.query()).hasPassword).toBe(true);
    await api.client().auth.signIn.mutate({ email: EMAIL, password: NEW_PASSWORD });
  });
});
