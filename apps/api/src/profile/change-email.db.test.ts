import { accountClosures, noticeWebhooks, oneTimeLinks } from '@weir/db/schema';
import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { errorOf, PASSWORD, sessionTokenOf, startTestApi, type TestApi } from '../testing/start-test-api.ts';

const OLD = 'ada@example.com';
const NEW = 'countess@example.com';
const AT_ONCE = 50;

const successes = async (attempts: readonly Promise<unknown>[]): Promise<number> =>
  (await Promise.allSettled(attempts)).filter(({ status }) => status === 'fulfilled').length;

/** Changes Ada's e-mail. @returns the token with which that is taken back, and that of her session. */
async function change(api: TestApi, client: TestApi['client'] extends (t?: string) => infer C ? C : never) {
  const { changeId } = await client.profile.changeEmail.mutate({ newEmail: NEW, currentPassword: PASSWORD });
  const [mail] = await api.deliver();
  expect(mail).toMatchObject({ recipient: NEW });
  const code = /\d{4} \d{4}/.exec(mail?.text ?? '')?.[0] ?? '';
  expect((await client.auth.me.query()).email).toBe(OLD);
  const { sessionToken } = await client.profile.confirmEmail.mutate({ changeId, code });
  const mails = await api.deliver();
  expect(mails.map(({ recipient }) => recipient).sort()).toEqual([OLD, NEW]);
  const undo = mails.find(({ recipient }) => recipient === OLD);
  return { token: /token=(\S+)/.exec(undo?.text ?? '')?.[1] ?? 'none', sessionToken };
}

describe('a change of the e-mail', () => {
  it('needs the password and the code; it ends other sessions, and the old address can take it back', async () => {
    await using api = await startTestApi();
    const { client: before } = await api.signUp(OLD);
    const { auth, profile } = api.client();
    const elsewhere = sessionTokenOf(await auth.signIn.mutate({ email: OLD, password: PASSWORD }));
    // Of the new device.
    expect(await api.deliver()).toHaveLength(1);
    const wrong = before.profile.changeEmail.mutate({ newEmail: NEW, currentPassword: 'not the password' });
    expect(await errorOf(wrong)).toMatchObject({ weirCode: 'wrong_credentials', param: 'currentPassword' });

    const { token, sessionToken } = await change(api, before);
    // What the session was known by may have been overheard.
    expect(await errorOf(before.auth.me.query())).toMatchObject({ weirCode: 'not_signed_in' });
    const client = api.client(sessionToken);
    expect(await client.auth.me.query()).toMatchObject({ email: NEW });
    expect(await errorOf(api.client(elsewhere).auth.me.query())).toMatchObject({
      weirCode: 'not_signed_in',
    });
    await auth.signIn.mutate({ email: NEW, password: PASSWORD });
    expect((await api.deliver()).map(({ recipient }) => recipient)).toEqual([NEW]);

    // What whoever took the account over would do next.
    const { db } = api.database;
    const { userId } = await client.auth.me.query();
    await db.insert(noticeWebhooks).values({ userId, url: 'https://taker.example', sealedSecret: 'x' });
    const deletion = await client.leaving.requestDeletion.mutate({ confirmation: NEW });
    const [link] = await db.select().from(oneTimeLinks).where(eq(oneTimeLinks.purpose, 'email_undo'));
    expect(Date.parse(deletion.eraseAfter)).toBeGreaterThanOrEqual(link?.expiresAt.getTime() ?? Infinity);
    await api.deliver();

    await profile.undoEmailChange.mutate({ token });
    expect(await db.$count(noticeWebhooks)).toBe(0);
    expect(await db.$count(accountClosures)).toBe(0);
    expect(await errorOf(client.auth.me.query())).toMatchObject({ weirCode: 'not_signed_in' });
    for (const email of [OLD, NEW]) {
      expect(await errorOf(auth.signIn.mutate({ email, password: PASSWORD }))).toMatchObject({
        weirCode: 'wrong_credentials',
      });
    }
    await auth.requestRecovery.mutate({ email: OLD });
    expect((await api.deliver()).map(({ recipient }) => recipient)).toEqual([OLD, OLD, OLD]);
    expect(await errorOf(profile.undoEmailChange.mutate({ token }))).toMatchObject({
      weirCode: 'wrong_credentials',
    });
  });

  it('to an address that has an account looks the same, and only its owner is told', async () => {
    await using api = await startTestApi();
    const { client } = await api.signUp(OLD);
    await api.signUp(NEW);
    const begun = await client.profile.changeEmail.mutate({ newEmail: NEW, currentPassword: PASSWORD });
    expect(begun).toEqual({ changeId: expect.stringMatching(/^cod_/) });
    expect(await api.deliver()).toMatchObject([
      { recipient: NEW, subject: 'Someone tried to use your e-mail address' },
    ]);
  });

  it('is made once and taken back once, by a code and a link that are used fifty times at once', async () => {
    await using api = await startTestApi();
    const { client } = await api.signUp(OLD);
    const { changeId } = await client.profile.changeEmail.mutate({
      newEmail: NEW,
      currentPassword: PASSWORD,
    });
    const code = await api.mailedCode();
    await api.database.sql`update email_codes set tries_left = ${AT_ONCE}`;
    const confirmed = Array.from({ length: AT_ONCE }, () =>
      client.profile.confirmEmail.mutate({ changeId, code }),
    );
    expect(await successes(confirmed)).toBe(1);

    const mails = await api.deliver();
    const undo = mails.find(({ recipient }) => recipient === OLD);
    const token = /token=(\S+)/.exec(undo?.text ?? '')?.[1] ?? 'none';
    await api.database.sql`truncate attempt_limits`;
    const undone = Array.from({ length: AT_ONCE }, () =>
      api.client().profile.undoEmailChange.mutate({ token }),
    );
    expect(await successes(undone)).toBe(1);
  });

  it('is not confirmed by somebody else', async () => {
    await using api = await startTestApi();
    const { client } = await api.signUp(OLD);
    const bob = await api.signUp('bob@example.com');
    const { changeId } = await client.profile.changeEmail.mutate({
      newEmail: NEW,
      currentPassword: PASSWORD,
    });
    const code = /\d{4} \d{4}/.exec((await api.deliver())[0]?.text ?? '')?.[0] ?? '';
    expect(await errorOf(bob.client.profile.confirmEmail.mutate({ changeId, code }))).toMatchObject({
      weirCode: 'wrong_credentials',
    });
  });
});
