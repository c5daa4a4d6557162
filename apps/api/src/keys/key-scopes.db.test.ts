import { describe, expect, it } from 'vitest';
import { errorOf, startTestApi } from '../testing/start-test-api.ts';

describe('an API key', () => {
  it('does what its scopes say, on its own account, and nothing else', async () => {
    await using api = await startTestApi();
    const { client, accountId } = await api.signUp('ada@example.com');
    const keyOf = async (scopes: ('inference' | 'read' | 'manage')[]) =>
      api.client((await client.keys.create.mutate({ name: scopes.join(' '), scopes })).key);
    const [inference, read, manage] = [
      await keyOf(['inference']),
      await keyOf(['read']),
      await keyOf(['manage']),
    ];
    const allowed = async (call: Promise<unknown>) =>
      call.then(
        () => true,
        () => false,
      );

    expect(await allowed(read.account.balance.query())).toBe(true);
    for (const refused of [
      () => inference.account.balance.query(),
      () => manage.account.balance.query(),
      () => inference.usage.list.query(),
      () => read.keys.list.query(),
      () => inference.keys.create.mutate({ name: 'more' }),
    ]) {
      expect(await errorOf(refused())).toMatchObject({ weirCode: 'forbidden', httpStatus: 403 });
    }

    const made = await manage.keys.create.mutate({ name: 'made', scopes: ['read'] });
    expect(await api.client(made.key).account.balance.query()).toMatchObject({ accountId });
    const changed = await manage.keys.update.mutate({
      keyId: made.keyId,
      scopes: ['inference', 'inference'],
    });
    expect(changed).toMatchObject({ name: 'made', scopes: ['inference'] });
    await manage.keys.revoke.mutate({ keyId: made.keyId });
    const stranger = await api.signUp('bob@example.com');
    const { keyId } = await stranger.client.keys.create.mutate({ name: 'theirs' });
    expect(await errorOf(manage.keys.revoke.mutate({ keyId }))).toMatchObject({ weirCode: 'not_found' });
  });

  it('has at least one scope, and none that there is not', async () => {
    await using api = await startTestApi();
    const { client } = await api.signUp('ada@example.com');
    for (const scopes of [[], ['everything' as 'read']]) {
      const refused = await errorOf(client.keys.create.mutate({ name: 'CI', scopes }));
      expect(refused).toMatchObject({ weirCode: 'invalid_request' });
      expect(refused.param).toMatch(/^scopes/);
    }
  });
});
