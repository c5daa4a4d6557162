import { newId } from '@weir/core/ids';
import { apiKeys, staffRole, users } from '@weir/db/schema';
import { eq } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { appRouter } from './router.ts';
import type { StaffRole } from './staff/staff-role.ts';
import { seedRequest } from './testing/seed-request.ts';
import { errorOf, startTestApi } from './testing/start-test-api.ts';

/** Each procedure on a list of its own: one that is added must be put on one of them, and so be thought about. */
const PUBLIC = [
  'auth.signUp',
  'auth.signIn',
  'auth.signInWithLink',
  'auth.finishWithCode',
  'auth.finishOptions',
  'auth.finishWithPasskey',
  'auth.passkeyOptions',
  'auth.signInWithPasskey',
  'models.list',
];
const OWN_ACCOUNT_ONLY = [
  'auth.signOut',
  'auth.me',
  'auth.reauthenticationOptions',
  'auth.reauthenticate',
  'sessions.list',
  'sessions.revokeOthers',
  'secondFactor.state',
  'secondFactor.beginTotp',
  'secondFactor.confirmTotp',
  'secondFactor.removeTotp',
  'secondFactor.replaceRecoveryCodes',
  'secondFactor.passkeys.creationOptions',
  'secondFactor.passkeys.add',
  'profile.update',
  'profile.changePassword',
  'keys.create',
  'keys.list',
  'account.balance',
  'account.statement',
  'account.movements',
  'leaving.export',
  'leaving.requestDeletion',
  'leaving.cancelDeletion',
  'usage.summary',
  'playground.createKey',
];
const TAKES_AN_ID = [
  'keys.update',
  'keys.revoke',
  'usage.get',
  'usage.list',
  'sessions.revoke',
  'secondFactor.passkeys.rename',
  'secondFactor.passkeys.remove',
];
const STAFF_ONLY = [
  'admin.ledger.verify',
  'admin.legal.holds',
  'admin.legal.hold',
  'admin.legal.release',
  'admin.legal.export',
];

it('knows of every procedure who may call it', () => {
  expect(Object.keys(appRouter._def.procedures).sort()).toEqual(
    [...PUBLIC, ...OWN_ACCOUNT_ONLY, ...TAKES_AN_ID, ...STAFF_ONLY].sort(),
  );
});

it('asks everyone who they are, before it looks at what they send', async () => {
  await using api = await startTestApi();
  for (const path of [...OWN_ACCOUNT_ONLY, ...TAKES_AN_ID, ...STAFF_ONLY]) {
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

  for (const change of [{ name: 'Bob’s' }, { budgets: { totalNanoUsd: null } }, {}]) {
    expect(await errorOf(bob.client.keys.update.mutate({ keyId, ...change }))).toMatchObject({
      weirCode: 'not_found',
      httpStatus: 404,
    });
  }
  expect(await errorOf(bob.client.keys.revoke.mutate({ keyId }))).toMatchObject({
    weirCode: 'not_found',
    httpStatus: 404,
  });
  const [key] = await api.database.db.select().from(apiKeys).where(eq(apiKeys.id, keyId));
  expect(key).toMatchObject({ name: 'Ada’s', revokedAt: null });

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
  expect(await bob.client.account.statement.query()).toMatchObject({
    accountId: bob.accountId,
    openDays: { chargesNanoUsd: '0' },
  });
  expect(await ada.client.account.statement.query()).toMatchObject({
    accountId: ada.accountId,
    openDays: { chargesNanoUsd: '100' },
  });
});

it('keeps everyone but the staff from what is for the staff', async () => {
  await using api = await startTestApi();
  const { client, userId } = await api.signUp('ada@example.com');
  const { key } = await client.keys.create.mutate({ name: 'CI' });
  const check = () => client.admin.ledger.verify.mutate();
  expect(await errorOf(check())).toMatchObject({ weirCode: 'forbidden', httpStatus: 403 });

  const setRole = (staffRole: StaffRole | null) =>
    api.database.db.update(users).set({ staffRole }).where(eq(users.id, userId));
  for (const role of staffRole.enumValues) {
    await setRole(role);
    expect(await check()).toMatchObject({ ok: true, accounts: 1 });
  }
  // A key is a program’s, whoever made it.
  expect(await errorOf(api.client(key).admin.ledger.verify.mutate())).toMatchObject({
    weirCode: 'forbidden',
  });
  await setRole(null);
  expect(await errorOf(check())).toMatchObject({ weirCode: 'forbidden', httpStatus: 403 });
});
