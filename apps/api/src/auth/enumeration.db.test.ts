import { describe, expect, it } from 'vitest';
import { PASSWORD, startTestApi, type TestApi } from '../testing/start-test-api.ts';

/** What an address is answered with: status, headers and body, but for ids and times. */
async function answerOf(api: TestApi, procedure: string, input: object): Promise<string> {
  const response = await fetch(`${api.url}/trpc/${procedure}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(input),
  });
  const headers = [...response.headers].filter(([name]) => name !== 'date');
  const body = (await response.text()).replaceAll(/cod_[0-9a-z]{26}/g, 'cod_…');
  return JSON.stringify([response.status, headers, body]);
}

const USERNAME = { username: 'some.one' };
const CALLS = {
  'auth.signUp': (email: string) => ({ email, password: PASSWORD, ...USERNAME }),
  'auth.signIn': (email: string) => ({ email, password: 'not the password' }),
  'auth.requestRecovery': (email: string) => ({ email }),
};

describe('whether an address has an account', () => {
  it.each(Object.entries(CALLS))('is not told by %s, down to its limits', async (procedure, inputOf) => {
    await using api = await startTestApi();
    await api.signUp('known@example.com');
    await api.database.sql`delete from attempt_limits`;
    let answers = 0;
    for (; answers < 7; answers++) {
      const known = await answerOf(api, procedure, inputOf('known@example.com'));
      expect(known).toBe(await answerOf(api, procedure, inputOf('other@example.com')));
    }
    // The last of them were refused, alike.
    expect(await answerOf(api, procedure, inputOf('other@example.com'))).toContain('"retry-after"');
  });

  it('makes no difference to what is done while the caller waits', async () => {
    await using api = await startTestApi();
    await api.signUp('known@example.com');
    // Every row that a call leaves behind, but for what differs between any two of them.
    const rowsAfter = async (email: string) => {
      await api.database.sql`delete from mails`;
      await api.database.sql`delete from email_codes`;
      for (const [procedure, inputOf] of Object.entries(CALLS))
        await answerOf(api, procedure, inputOf(email));
      const mails = await api.database
        .sql`select letter, locale, recipient = ${email} as same, notice_id from mails order by id`;
      const codes = await api.database.sql`select purpose, user_id, code_hash, tries_left from email_codes`;
      const signUps = await api.database.sql`select username, locale from sign_ups`;
      const notices = await api.database.sql`select * from notices`;
      return { mails, codes, signUps, notices };
    };
    const known = await rowsAfter('known@example.com');
    expect(known).toEqual(await rowsAfter('other@example.com'));
    expect(known).toMatchObject({ mails: [{ letter: 'sign_up_code' }, { letter: 'recovery' }], notices: [] });
  });

  it('is told to its owner alone: who has an account is warned, and gets no code', async () => {
    await using api = await startTestApi();
    const { client } = await api.signUp('known@example.com');
    const { signUpId } = await api.client().auth.signUp.mutate(CALLS['auth.signUp']('known@example.com'));
    expect(await api.deliver()).toMatchObject([
      { recipient: 'known@example.com', subject: 'Someone tried to use your e-mail address' },
    ]);
    const { items } = await client.notices.list.query({ locale: 'zh-CN' });
    expect(items).toMatchObject([{ kind: 'security', title: '有人尝试使用您的邮箱地址', readAt: null }]);
    expect(await answerOf(api, 'auth.confirmSignUp', { signUpId, code: '12345678' })).toContain(
      'wrong_credentials',
    );
    await api.client().auth.requestRecovery.mutate({ email: 'other@example.com' });
    expect(await api.deliver()).toEqual([]);
  });
});
