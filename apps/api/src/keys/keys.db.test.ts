import { hashSecret, isWellFormedApiKey } from '@weir/core/api-key';
import { apiKeys, keySpend } from '@weir/db/schema';
import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { seedRequest } from '../testing/seed-request.ts';
import { errorOf, startTestApi } from '../testing/start-test-api.ts';
import { budgetPeriods } from './budget-periods.ts';

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
    expect(items).toEqual([
      {
        ...rest,
        state: 'active',
        lastUsedAt: null,
        expiresAt: null,
        disabled: false,
        revokedAt: null,
        previousSecret: null,
        spend30dNanoUsd: '0',
        spentTotalNanoUsd: '0',
        scopes: ['inference', 'read'],
        disconnectPolicy: 'cancel',
        concurrencyMax: null,
        vendors: null,
        regions: null,
        requestsPerMinuteMax: null,
        tokensPerMinuteMax: null,
        models: null,
        addresses: null,
        running: 0,
        heldNanoUsd: '0',
        budgets: { total: null, day: null, week: null, month: null },
      },
    ]);
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

  it('say when they were last used and what they spent, ever and in 30 days of UTC', async () => {
    await using api = await startTestApi();
    const { client, accountId } = await api.signUp('ada@example.com');
    const { keyId } = await client.keys.create.mutate({ name: 'used' });
    const { keyId: unused } = await client.keys.create.mutate({ name: 'unused' });
    const other = await api.signUp('bob@example.com');
    const midnight = new Date().setUTCHours(0, 0, 0, 0);
    const seed = (createdAt: Date, request: object) =>
      seedRequest(api.database, { accountId, keyId, createdAt, ...request });
    const lastUse = new Date(midnight - DAY_MS);
    await seed(new Date(midnight - 29 * DAY_MS - 1), { chargeNanoUsd: 1_000n });
    await seed(new Date(midnight - 29 * DAY_MS), { chargeNanoUsd: 20n });
    await seed(lastUse, { chargeNanoUsd: 3n, modelId: 'other' });
    await seedRequest(api.database, { accountId: other.accountId, keyId: 'key_other', chargeNanoUsd: 7n });
    const { items } = await client.keys.list.query();
    expect(items).toMatchObject([
      { keyId: unused, lastUsedAt: null, spend30dNanoUsd: '0', spentTotalNanoUsd: '0' },
      { keyId, lastUsedAt: lastUse.toISOString(), spend30dNanoUsd: '23', spentTotalNanoUsd: '1023' },
    ]);
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

describe('the limits of a key', () => {
  it('are set at its creation or later, each by itself, and taken away by null', async () => {
    await using api = await startTestApi();
    const { client } = await api.signUp('ada@example.com');
    const { keyId } = await client.keys.create.mutate({
      name: 'CI',
      disconnectPolicy: 'drain',
      budgets: { totalNanoUsd: '5000000000', dayNanoUsd: '0' },
      concurrencyMax: 3,
      vendors: ['acme', 'other'],
    });
    const listed = async () => (await client.keys.list.query()).items[0];
    const untouched = await client.keys.create.mutate({ name: 'other' });
    expect(await listed()).toMatchObject({ keyId: untouched.keyId, concurrencyMax: null });
    await client.keys.revoke.mutate({ keyId: untouched.keyId });

    const total = { limitNanoUsd: '5000000000', spentNanoUsd: '0', resetsAt: null };
    const midnight = expect.stringMatching(/T00:00:00\.000Z$/);
    const created = await client.keys.update.mutate({ keyId });
    expect(created).toMatchObject({
      name: 'CI',
      disconnectPolicy: 'drain',
      concurrencyMax: 3,
      vendors: ['acme', 'other'],
      regions: null,
      budgets: {
        total,
        day: { limitNanoUsd: '0', spentNanoUsd: '0', resetsAt: midnight },
        week: null,
        month: null,
      },
    });

    const changed = await client.keys.update.mutate({
      keyId,
      name: ' nightly ',
      budgets: { dayNanoUsd: null, monthNanoUsd: '7' },
      vendors: null,
      regions: ['eu'],
    });
    expect(changed).toEqual({
      ...created,
      name: 'nightly',
      vendors: null,
      regions: ['eu'],
      budgets: {
        total,
        day: null,
        week: null,
        month: { limitNanoUsd: '7', spentNanoUsd: '0', resetsAt: midnight },
      },
    });
    expect(
      await client.keys.update.mutate({ keyId, concurrencyMax: null, disconnectPolicy: 'cancel' }),
    ).toEqual({
      ...changed,
      concurrencyMax: null,
      disconnectPolicy: 'cancel',
    });
    expect((await client.keys.list.query()).items[0]).toMatchObject({
      keyId: untouched.keyId,
      name: 'other',
    });
  });

  it('show what was spent in the present periods, what is held and what runs', async () => {
    await using api = await startTestApi();
    const { client, accountId } = await api.signUp('ada@example.com');
    const budgets = { totalNanoUsd: '100', dayNanoUsd: '100', weekNanoUsd: '100', monthNanoUsd: '100' };
    const { keyId } = await client.keys.create.mutate({ name: 'CI', budgets });
    await seedRequest(api.database, { accountId, keyId, state: 'held', outcome: null, holdNanoUsd: 30n });
    const spend = async (change: Partial<typeof keySpend.$inferInsert>) => {
      await api.database.db.update(keySpend).set(change).where(eq(keySpend.keyId, keyId));
      const [key] = (await client.keys.list.query()).items;
      const { total, day, week, month } = key?.budgets ?? {};
      return [
        key?.heldNanoUsd,
        key?.running,
        ...[total, day, week, month].map((budget) => budget?.spentNanoUsd),
      ];
    };
    const { day, week, month } = budgetPeriods(new Date().toISOString().slice(0, 10));
    const present = { day: day.firstDay, week: week.firstDay, month: month.firstDay };
    const figures = {
      spentTotalNanoUsd: 44n,
      spentDayNanoUsd: 11n,
      spentWeekNanoUsd: 22n,
      spentMonthNanoUsd: 33n,
    };
    expect(await spend({ ...present, ...figures })).toEqual(['30', 1, '44', '11', '22', '33']);
    const past = { day: '2026-01-05', week: '2026-01-05', month: '2026-01-01' };
    expect(await spend(past)).toEqual(['30', 1, '44', '0', '0', '0']);
    const [key] = (await client.keys.list.query()).items;
    expect([key?.budgets.day?.resetsAt, key?.budgets.week?.resetsAt, key?.budgets.month?.resetsAt]).toEqual([
      day.endsAt,
      week.endsAt,
      month.endsAt,
    ]);
  });

  it('reach running relays when they change', async () => {
    await using api = await startTestApi();
    const { client } = await api.signUp('ada@example.com');
    const { keyId, key } = await client.keys.create.mutate({ name: 'CI' });
    const notified = Promise.withResolvers<string>();
    const listening = await api.database.sql.listen('weir_key_changed', notified.resolve);
    await client.keys.update.mutate({ keyId, concurrencyMax: 1 });
    expect(await notified.promise).toBe(hashSecret(key));
    await listening.unlisten();
  });

  it('are refused when they are none, with the field at fault', async () => {
    await using api = await startTestApi();
    const { client } = await api.signUp('ada@example.com');
    const { keyId } = await client.keys.create.mutate({ name: 'CI' });
    const wrong: [Omit<Parameters<typeof client.keys.update.mutate>[0], 'keyId'>, string][] = [
      [{ budgets: { dayNanoUsd: '-1' } }, 'budgets.dayNanoUsd'],
      [{ budgets: { weekNanoUsd: '1.5' } }, 'budgets.weekNanoUsd'],
      [{ budgets: { totalNanoUsd: '1'.repeat(19) } }, 'budgets.totalNanoUsd'],
      [{ concurrencyMax: 0 }, 'concurrencyMax'],
      [{ concurrencyMax: 10_001 }, 'concurrencyMax'],
      [{ concurrencyMax: 1.5 }, 'concurrencyMax'],
      [{ vendors: [] }, 'vendors'],
      [{ regions: ['Somewhere else'] }, 'regions.0'],
      [{ name: ' ' }, 'name'],
    ];
    for (const [change, param] of wrong) {
      expect(await errorOf(client.keys.update.mutate({ keyId, ...change }))).toMatchObject({
        weirCode: 'invalid_request',
        param,
      });
    }
    expect(await errorOf(client.keys.update.mutate({ keyId: 'key_none', name: 'x' }))).toMatchObject({
      weirCode: 'not_found',
      param: 'keyId',
    });
  });

  it('are not those of the playground’s key', async () => {
    await using api = await startTestApi();
    const { client } = await api.signUp('ada@example.com');
    await client.playground.createKey.mutate();
    const [key] = await api.database.db.select().from(apiKeys);
    expect(await errorOf(client.keys.update.mutate({ keyId: key?.id ?? '', name: 'mine' }))).toMatchObject({
      weirCode: 'not_found',
    });
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
      () => program.keys.update.mutate({ keyId: 'key_none' }),
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
      weirCode: 'api_key_expired',
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
