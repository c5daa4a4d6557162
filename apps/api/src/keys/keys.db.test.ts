import { hashSecret, isWellFormedApiKey } from '@weir/core/api-key';
import { apiKeys } from '@weir/db/schema';
import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { seedRequest } from '../testing/seed-request.ts';
import { errorOf, startTestApi } from '../testing/start-test-api.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

describe('keys', () => {
  it('are shown whole at their creation and stored as a hash', async () => {
    await using api = await startTestApi();
    const { client, accountId } = await api.signUp('ada@example.com');
    const { key, ...rest } = await client.keys.create.mutate({ name: '  CI ' });
    expect(isWellFormedApiKey(key)).toBe(true);
    expect(rest).toEqual({
      keyId: expect.stringMatching(/^key_/),
      name: 'CI',
      prefix: key.slice(0, 12),
      last4: key.slice(-4),
      createdAt: expect.any(String),
    });

    const [row] = await api.database.db.select().from(apiKeys);
    expect(row).toMatchObject({ accountId, hash: hashSecret(key), kind: 'secret' });
    expect(JSON.stringify(row)).not.toContain(key);
    const { items } = await client.keys.list.query();
    expect(items).toEqual([{ ...rest, lastUsedAt: null, revokedAt: null, spend30dNanoUsd: '0' }]);
  });

  it('are listed newest first, page by page, without the playground’s', async () => {
    await using api = await startTestApi();
    const { client, accountId } = await api.signUp('ada@example.com');
    const base = Date.now() - DAY_MS;
    const ids = Array.from({ length: 4 }, (_, index) => `key_${(base + index).toString().padStart(26, '0')}`);
    await api.database.db
      .insert(apiKeys)
      .values(
        ids.map((id) => ({ id, accountId, name: id, hash: id, prefix: 'sk-weir-abcd', last4: 'wxyz' })),
      );
    await client.playground.createKey.mutate();

    const listed: string[] = [];
    let cursor: string | undefined;
    let pages = 0;
    do {
      const page = await client.keys.list.query({ limit: 2, ...(cursor !== undefined && { cursor }) });
      listed.push(...page.items.map(({ keyId }) => keyId));
      cursor = page.nextCursor ?? undefined;
      pages += 1;
    } while (cursor !== undefined);
    expect(pages).toBe(2);
    expect(listed).toEqual(ids.toReversed());
  });

  it('say when they were last used and what they spent in 30 days', async () => {
    await using api = await startTestApi();
    const { client, accountId } = await api.signUp('ada@example.com');
    const { keyId } = await client.keys.create.mutate({ name: 'used' });
    const other = await api.signUp('bob@example.com');
    const lastUse = new Date(Date.now() - DAY_MS);
    await seedRequest(api.database, {
      accountId,
      keyId,
      createdAt: new Date(Date.now() - 31 * DAY_MS),
      chargeNanoUsd: 1_000n,
    });
    await seedRequest(api.database, {
      accountId,
      keyId,
      createdAt: new Date(Date.now() - 29 * DAY_MS),
      chargeNanoUsd: 20n,
    });
    await seedRequest(api.database, { accountId, keyId, createdAt: lastUse, chargeNanoUsd: 3n });
    await seedRequest(api.database, { accountId: other.accountId, keyId, chargeNanoUsd: 7n });
    const { items } = await client.keys.list.query();
    expect(items).toMatchObject([{ keyId, lastUsedAt: lastUse.toISOString(), spend30dNanoUsd: '23' }]);
  });

  it('are revoked for good; a second time changes nothing', async () => {
    await using api = await startTestApi();
    const { client, accountId } = await api.signUp('ada@example.com');
    const { keyId, key } = await client.keys.create.mutate({ name: 'leaked' });
    expect((await api.client(key).account.balance.query()).accountId).toBe(accountId);

    const revoked = await client.keys.revoke.mutate({ keyId });
    expect(revoked).toEqual({ keyId, revokedAt: expect.any(String) });
    expect(await client.keys.revoke.mutate({ keyId })).toEqual(revoked);
    expect(await errorOf(api.client(key).account.balance.query())).toMatchObject({
      weirCode: 'api_key_revoked',
      httpStatus: 401,
    });
    expect((await client.keys.list.query()).items).toMatchObject([{ keyId, revokedAt: revoked.revokedAt }]);
  });

  it('tell running relays of a revocation', async () => {
    await using api = await startTestApi();
    const { client } = await api.signUp('ada@example.com');
    const { keyId, key } = await client.keys.create.mutate({ name: 'leaked' });
    const notified = Promise.withResolvers<string>();
    const listening = await api.database.sql.listen('weir_key_changed', notified.resolve);
    await client.keys.revoke.mutate({ keyId });
    expect(await notified.promise).toBe(hashSecret(key));
    await listening.unlisten();
  });

  it('reject a name that is empty, too long or has control characters', async () => {
    await using api = await startTestApi();
    const { client } = await api.signUp('ada@example.com');
    for (const name of ['   ', 'x'.repeat(65), 'a\u0000b']) {
      expect(await errorOf(client.keys.create.mutate({ name }))).toMatchObject({
        weirCode: 'invalid_request',
        param: 'name',
      });
    }
    expect(await api.database.db.$count(apiKeys)).toBe(0);
  });
});

describe('an API key', () => {
  it('reads its account’s balance and usage, and nothing that is a person’s', async () => {
    await using api = await startTestApi();
    const { client } = await api.signUp('ada@example.com');
    const { key } = await client.keys.create.mutate({ name: 'CI' });
    const program = api.client(key);
    await program.account.balance.query();
    await program.usage.list.query();
    await program.usage.summary.query();
    const refused = [
      () => program.auth.me.query(),
      () => program.auth.signOut.mutate(),
      () => program.profile.update.mutate({ username: 'other' }),
      () => program.profile.changePassword.mutate({ newPassword: 'a wholly new one' }),
      () => program.keys.create.mutate({ name: 'another' }),
      () => program.keys.list.query(),
      () => program.playground.createKey.mutate(),
    ];
    for (const call of refused) {
      expect(await errorOf(call())).toMatchObject({ weirCode: 'forbidden', httpStatus: 403 });
    }
  });

  it('that is made up, mistyped or expired is refused', async () => {
    await using api = await startTestApi();
    const { client } = await api.signUp('ada@example.com');
    const { key, keyId } = await client.keys.create.mutate({ name: 'CI' });
    const mistyped = key.slice(0, -1) + (key.endsWith('0') ? '1' : '0');
    expect(await errorOf(api.client(mistyped).account.balance.query())).toMatchObject({
      weirCode: 'invalid_api_key',
    });
    expect(await errorOf(api.client(hashSecret(key)).account.balance.query())).toMatchObject({
      weirCode: 'not_signed_in',
    });
    await api.database.db
      .update(apiKeys)
      .set({ expiresAt: new Date(Date.now() - 1) })
      .where(eq(apiKeys.id, keyId));
    expect(await errorOf(api.client(key).account.balance.query())).toMatchObject({
      weirCode: 'invalid_api_key',
    });
  });
});

describe('the playground', () => {
  it('gets a key for an hour, which replaces the one before', async () => {
    await using api = await startTestApi();
    const { client } = await api.signUp('ada@example.com');
    const bystander = await api.signUp('bob@example.com');
    const bystanders = await bystander.client.playground.createKey.mutate();
    const first = await client.playground.createKey.mutate();
    expect(Date.parse(first.expiresAt)).toBeLessThanOrEqual(Date.now() + 60 * 60 * 1000);
    const second = await client.playground.createKey.mutate();
    expect(await errorOf(api.client(first.key).account.balance.query())).toMatchObject({
      weirCode: 'api_key_revoked',
    });
    await api.client(second.key).account.balance.query();
    await api.client(bystanders.key).account.balance.query();
  });
});
