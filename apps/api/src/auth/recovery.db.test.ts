import { oneTimeLinks } from '@weir/db/schema';
import { describe, expect, it } from 'vitest';
import { errorOf, PASSWORD, startTestApi, WEB_URL, type TestApi } from '../testing/start-test-api.ts';

const EMAIL = 'ada@example.com';
const NEW_PASSWORD = 'a wholly new one';

async function mailedToken(api: TestApi): Promise<string> {
  const [mail] = await api.deliver();
  return new URL(/https:\S+/.exec(mail?.text ?? '')?.[0] ?? WEB_URL).searchParams.get('token') ?? 'none';
}

describe('recovery', () => {
  it('sets a new password by a mailed link, once, and ends all sessions', async () => {
    await using api = await startTestApi();
    const { client } = await api.signUp(EMAIL);
    const { auth } = api.client();
    await auth.requestRecovery.mutate({ email: EMAIL, locale: 'zh-CN' });
    const token = await mailedToken(api);
    // A refused password does not use the link up.
    expect(await errorOf(auth.resetPassword.mutate({ token, newPassword: 'password1234' }))).toMatchObject({
      param: 'newPassword',
    });
    const attempts = Array.from({ length: 50 }, () =>
      auth.resetPassword.mutate({ token, newPassword: NEW_PASSWORD }),
    );
    const results = await Promise.allSettled(attempts);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);

    expect(await errorOf(client.auth.me.query())).toMatchObject({ weirCode: 'not_signed_in' });
    expect(await errorOf(auth.signIn.mutate({ email: EMAIL, password: PASSWORD }))).toMatchObject({
      weirCode: 'wrong_credentials',
    });
    await auth.signIn.mutate({ email: EMAIL, password: NEW_PASSWORD });
    expect(await api.deliver()).toMatchObject([{ recipient: EMAIL, subject: 'Your password was changed' }]);
  });

  it('does nothing by a link that is older than half an hour, or than another one, or of another purpose', async () => {
    await using api = await startTestApi();
    await api.signUp(EMAIL);
    const { auth } = api.client();
    await auth.requestRecovery.mutate({ email: EMAIL });
    const older = await mailedToken(api);
    await auth.requestRecovery.mutate({ email: EMAIL });
    const newer = await mailedToken(api);
    const reset = (token: string) => errorOf(auth.resetPassword.mutate({ token, newPassword: NEW_PASSWORD }));
    const wrong = { weirCode: 'wrong_credentials' };
    expect(await reset(older)).toMatchObject(wrong);
    expect(await errorOf(auth.signInWithLink.mutate({ token: newer }))).toMatchObject(wrong);
    const [link] = await api.database.db.select().from(oneTimeLinks);
    expect(link?.expiresAt.getTime()).toBeLessThanOrEqual(Date.now() + 30 * 60 * 1000);
    await api.database.db.update(oneTimeLinks).set({ expiresAt: new Date(Date.now() - 1) });
    expect(await reset(newer)).toMatchObject(wrong);
  });
});
