import { apiKeys, keySpend } from '@weir/db/schema';
import { credit } from '@weir/ledger';
import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { startTestApi } from '../testing/start-test-api.ts';
import { watchSpending } from './watch-spending.ts';

const EMAIL = 'ada@example.com';
const USD = 1_000_000_000n;

async function setUp() {
  const api = await startTestApi();
  const person = await api.signUp(EMAIL);
  let refs = 0;
  return {
    ...api,
    ...person,
    move: (amountNanoUsd: bigint) =>
      credit(api.database, {
        accountId: person.accountId,
        kind: 'adjustment',
        amountNanoUsd,
        ref: `${++refs}`,
      }),
    /** What was told since the last time. */
    async told() {
      await watchSpending(api.database.db);
      return (await api.deliver()).map(({ text }) => text.split('\n', 1)[0]);
    },
  };
}

describe('a low balance', () => {
  it('is told once each time that it falls below the threshold, and not of an account that never had more', async () => {
    await using test = await setUp();
    expect(await test.told()).toEqual([]);
    await test.move(6n * USD);
    expect(await test.told()).toEqual([]);
    await test.move(-2n * USD);
    expect(await test.told()).toEqual([
      'It has fallen to $4, below the $5 at which you are told. At zero, calls are refused.',
    ]);
    await test.move(-1n * USD);
    expect(await test.told()).toEqual([]);
    await test.move(3n * USD);
    expect(await test.told()).toEqual([]);
    await test.move(-2n * USD);
    expect(await test.told()).toHaveLength(1);
  });

  it('is what its holder says it is', async () => {
    await using test = await setUp();
    await test.move(6n * USD);
    await test.told();
    const preferences = { locale: 'en', mailed: ['low_balance'], lowBalanceNanoUsd: '10000000000' } as const;
    const chosen = await test.client.notices.setPreferences.mutate({
      ...preferences,
      mailed: ['low_balance'],
    });
    expect(chosen).toMatchObject({ lowBalanceNanoUsd: '10000000000' });
    // It was low when that was said: nothing has fallen.
    expect(await test.told()).toEqual([]);
    await test.move(6n * USD);
    await test.told();
    await test.move(-3n * USD);
    expect(await test.told()).toHaveLength(1);
  });
});

describe('the budget of a key', () => {
  it('is told of at 80 and at 100 %, once in its period', async () => {
    await using test = await setUp();
    const { db } = test.database;
    const { keyId } = await test.client.keys.create.mutate({
      name: 'CI',
      budgets: { dayNanoUsd: '10000000000', totalNanoUsd: null },
    });
    const today = new Date().toISOString().slice(0, 10);
    const spend = (spentDayNanoUsd: bigint, day = today) =>
      db.update(keySpend).set({ day, spentDayNanoUsd }).where(eq(keySpend.keyId, keyId));
    await spend(7n * USD);
    expect(await test.told()).toEqual([]);
    await spend(8n * USD);
    expect(await test.told()).toEqual([
      '$8 of $10 today. Calls that could go beyond the budget are refused.',
    ]);
    await spend(9n * USD);
    expect(await test.told()).toEqual([]);
    await spend(10n * USD);
    expect(await test.told()).toHaveLength(1);
    // What was spent on another day counts for nothing; of a revoked key nothing is told.
    await db.execute('delete from budget_notices');
    await spend(10n * USD, '2020-01-01');
    expect(await test.told()).toEqual([]);
    await spend(10n * USD);
    await db.update(apiKeys).set({ revokedAt: new Date() });
    expect(await test.told()).toEqual([]);
  });
});
