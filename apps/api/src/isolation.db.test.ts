import { newId } from '@weir/core/ids';
import { apiKeys } from '@weir/db/schema';
import { eq } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { appRouter } from './router.ts';
import { seedRequest } from './testing/seed-request.ts';
import { errorOf, startTestApi } from './testing/start-test-api.ts';

/** Each procedure on a list of its own: one that is added must be put on one of them, and so be thought about. */
const PUBLIC = ['auth.signUp', 'auth.signIn', 'auth.signInWithLink', 'models.list'];
const OWN_ACCOUNT_ONLY = [
  'auth.signOut',
  'auth.me',
  'profile.update',
  'profile.changePassword',
  'keys.create',
  'keys.list',
  'account.balance',
  'usage.summary',
  'playground.createKey',
];
const TAKES_AN_ID = ['keys.revoke', 'usage.get', 'usage.list'];

it('knows of every procedure who may call it', () => {
  expect(Object.keys(appRouter._def.procedures).sort()).toEqual(
    [...PUBLIC, ...OWN_ACCOUNT_ONLY, ...TAKES_AN_ID].sort(),
  );
});

it('asks everyone who they are, before it looks at what they send', async () => {
  await using api = await startTestApi();
  for (const path of [...OWN_ACCOUNT_ONLY, ...TAKES_AN_ID]) {
    for (const method of ['GET', 'POST']) {
      const response = await fetch(`${api.url}/trpc/${path}`, {
        method,
        ...(method === 'POST' && { body: '{}', headers: { 'content-type': 'application/json' } }),
      });
      if (response.status === 405) continue;
      expect([path, response.status]).toEqual([path, 401]);
      expect(await response.json()).toMatchObject({ error: { data: { weirCode: 'not_signed_in' } } });
    }
  }
});

it('keeps two accounts apart in every procedure that takes an id', async () => {
  await using api = await startTestApi();
  const ada = await api.signUp('ada@example.com');
  const bob = await api.signUp('bob@example.com');
  const { keyId } = await ada.client.keys.create.mutate({ name: 'Ada’s' });
  const requestId = await seedRequest(api.database, { accountId: ada.accountId, keyId });

  expect(await errorOf(bob.client.keys.revoke.mutate({ keyId }))).toMatchObject({
    weirCode: 'not_found',
    httpStatus: 404,
  });
  const [key] = await api.database.db.select().from(apiKeys).where(eq(apiKeys.id, keyId));
  expect(key?.revokedAt).toBeNull();

  expect(await errorOf(bob.client.usage.get.query({ requestId }))).toMatchObject({ weirCode: 'not_found' });
  expect(await errorOf(bob.client.usage.get.query({ requestId: newId('request') }))).toMatchObject({
    weirCode: 'not_found',
  });
  expect((await ada.client.usage.get.query({ requestId })).keyName).toBe('Ada’s');

  expect((await bob.client.usage.list.query({ keyId })).items).toEqual([]);
  expect((await bob.client.usage.list.query({ cursor: newId('request', Date.now() + 1_000) })).items).toEqual(
    [],
  );
  expect((await ada.client.usage.list.query({ keyId })).items).toHaveLength(1);

  expect((await bob.client.keys.list.query()).items).toEqual([]);
  expect(await bob.client.usage.summary.query()).toMatchObject({ requests: 0, spendNanoUsd: '0' });
  expect((await bob.client.account.balance.query()).accountId).toBe(bob.accountId);
});
