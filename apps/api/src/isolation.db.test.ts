import { newId } from '@weir/core/ids';
import { apiKeys } from '@weir/db/schema';
import { eq } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { seedRequest } from './testing/seed-request.ts';
import { errorOf, startTestApi } from './testing/start-test-api.ts';

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
  for (const attempt of [
    bob.client.keys.rotate.mutate({ keyId }),
    bob.client.keys.endOverlap.mutate({ keyId }),
  ]) {
    expect(await errorOf(attempt)).toMatchObject({
      weirCode: 'not_found',
      message: `There is no key ${keyId}.`,
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
