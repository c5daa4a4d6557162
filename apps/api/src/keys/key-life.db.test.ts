import { apiKeys, keySpend } from '@weir/db/schema';
import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { errorOf, startTestApi } from '../testing/start-test-api.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString();

/** A person, and the key they have made. */
async function start() {
  const api = await startTestApi();
  const { client } = await api.signUp('ada@example.com');
  const { keyId, key } = await client.keys.create.mutate({ name: 'CI' });
  return {
    api,
    keys: client.keys,
    keyId,
    key,
    listed: async () => (await client.keys.list.query()).items[0],
    /** What the key is answered when it asks for the balance. */
    answer: async (secret: string) => {
      try {
        await api.client(secret).account.balance.query();
        return 'ok';
      } catch (thrown) {
        return (await errorOf(Promise.reject(thrown))).weirCode;
      }
    },
    [Symbol.asyncDispose]: () => api[Symbol.asyncDispose](),
  };
}

describe('what bounds a key', () => {
  it('is given at its creation or later, shown, and taken away', async () => {
    await using test = await start();
    const { keys, keyId, listed } = test;
    const bounds = {
      requestsPerMinuteMax: 60,
      tokensPerMinuteMax: 100_000,
      models: ['openai/*', 'anthropic/claude-opus-5'],
      addresses: ['203.0.113.0/24', '2001:db8::1'],
      expiresAt: inDays(30),
    };
    expect(await keys.update.mutate({ keyId, ...bounds })).toMatchObject(bounds);
    const { keyId: second } = await keys.create.mutate({ name: 'second', ...bounds });
    expect(await listed()).toMatchObject({ keyId: second, ...bounds, state: 'active' });
    expect(await keys.update.mutate({ keyId, models: [], expiresAt: null })).toMatchObject({
      ...bounds,
      models: null,
      expiresAt: null,
    });
  });

  it.each([
    [{ models: ['open ai/*'] }, 'models.0'],
    [{ models: Array<string>(51).fill('a/b') }, 'models'],
    [{ addresses: ['203.0.113.0/33'] }, 'addresses.0'],
    [{ addresses: ['example.com'] }, 'addresses.0'],
    [{ expiresAt: inDays(-1) }, 'expiresAt'],
    [{ expiresAt: 'tomorrow' }, 'expiresAt'],
    [{ requestsPerMinuteMax: 0 }, 'requestsPerMinuteMax'],
    [{ tokensPerMinuteMax: 1_000_000_001 }, 'tokensPerMinuteMax'],
  ])('is refused as %o', async (bounds, param) => {
    await using test = await start();
    expect(await errorOf(test.keys.update.mutate({ keyId: test.keyId, ...bounds }))).toMatchObject({ param });
  });
});

describe('a disabled key', () => {
  it('is refused until it is enabled again', async () => {
    await using test = await start();
    const { keys, keyId, key, answer } = test;
    expect(await keys.update.mutate({ keyId, disabled: true })).toMatchObject({ state: 'disabled' });
    expect(await answer(key)).toBe('api_key_disabled');
    expect(await keys.update.mutate({ keyId, disabled: false })).toMatchObject({ state: 'active' });
    expect(await answer(key)).toBe('ok');
  });
});

describe('a rotation', () => {
  it('gives a new secret, with which the old one works until the overlap ends', async () => {
    await using test = await start();
    const { keys, keyId, key, answer, listed } = test;
    const before = await listed();
    const rotated = await keys.rotate.mutate({ keyId, overlapHours: 48 });
    expect(rotated).toMatchObject({ keyId, name: 'CI', createdAt: before?.createdAt });
    expect(Date.parse(rotated.previousExpiresAt)).toBeGreaterThan(Date.now() + 1.9 * DAY_MS);
    expect([await answer(key), await answer(rotated.key)]).toEqual(['ok', 'ok']);
    expect(await listed()).toEqual({
      ...before,
      prefix: rotated.prefix,
      last4: rotated.last4,
      previousSecret: { last4: before?.last4, expiresAt: rotated.previousExpiresAt, lastUsedAt: null },
    });
    const { db } = test.api.database;
    const usedAt = new Date();
    await db.update(keySpend).set({ previousSecretUsedAt: usedAt }).where(eq(keySpend.keyId, keyId));
    expect((await listed())?.previousSecret?.lastUsedAt).toBe(usedAt.toISOString());

    expect(await keys.endOverlap.mutate({ keyId })).toMatchObject({ previousSecret: null });
    expect([await answer(key), await answer(rotated.key)]).toEqual(['api_key_expired', 'ok']);
  });

  it('ends the secret of an earlier one, and with no overlap the last one at once', async () => {
    await using test = await start();
    const { keys, keyId, key, answer } = test;
    const first = await keys.rotate.mutate({ keyId });
    const second = await keys.rotate.mutate({ keyId, overlapHours: 0 });
    expect(await answer(key)).toBe('invalid_api_key');
    expect(await answer(first.key)).toBe('api_key_expired');
    expect(await answer(second.key)).toBe('ok');
  });

  it('is refused for a revoked key, and for more than 7 days', async () => {
    await using test = await start();
    const { keys, keyId } = test;
    expect(await errorOf(keys.rotate.mutate({ keyId, overlapHours: 169 }))).toMatchObject({
      param: 'overlapHours',
    });
    await keys.revoke.mutate({ keyId });
    expect(await errorOf(keys.rotate.mutate({ keyId }))).toMatchObject({ weirCode: 'conflict' });
  });
});

describe('a revocation', () => {
  it('ends running calls only if asked, also when it is asked a second time', async () => {
    await using test = await start();
    const { keys, keyId } = test;
    const cuts = async () =>
      (await test.api.database.db.select({ cuts: apiKeys.cutsRunning }).from(apiKeys))[0]?.cuts;
    await keys.revoke.mutate({ keyId });
    expect(await cuts()).toBe(false);
    await keys.revoke.mutate({ keyId, cutRunning: true });
    await keys.revoke.mutate({ keyId });
    expect(await cuts()).toBe(true);
  });
});
