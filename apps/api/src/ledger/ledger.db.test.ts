import { accounts, keySpend, users } from '@weir/db/schema';
import { credit } from '@weir/ledger';
import { eq } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { seedRequest } from '../testing/seed-request.ts';
import { startTestApi } from '../testing/start-test-api.ts';
import { ledgerChecks } from './ledger-checks.ts';

it('an account sees what its balance comes from, and whether it adds up', async () => {
  await using api = await startTestApi();
  const { client, accountId } = await api.signUp('ada@example.com');
  const { keyId, key } = await client.keys.create.mutate({ name: 'CI' });
  const move = (kind: 'top_up' | 'refund', amountNanoUsd: bigint, ref: string) =>
    credit(api.database, { accountId, kind, amountNanoUsd, ref });
  await move('top_up', 500n, 'a');
  await move('top_up', 250n, 'b');
  await move('refund', -50n, 'c');
  await seedRequest(api.database, { accountId, keyId });
  await seedRequest(api.database, { accountId, keyId, state: 'held', outcome: null });

  const statement = await api.client(key).account.statement.query();
  expect(statement).toEqual({
    accountId,
    checkedAt: expect.stringMatching(/Z$/),
    ok: true,
    balanceNanoUsd: '600',
    expectedBalanceNanoUsd: '600',
    heldNanoUsd: '500',
    expectedHeldNanoUsd: '500',
    running: 1,
    expectedRunning: 1,
    usageHourlyNanoUsd: '100',
    expectedUsageHourlyNanoUsd: '100',
    usageDailyNanoUsd: '100',
    expectedUsageDailyNanoUsd: '100',
    entries: [
      { kind: 'top_up', count: 2, sumNanoUsd: '750' },
      { kind: 'refund', count: 1, sumNanoUsd: '-50' },
    ],
    openDays: { firstDay: expect.stringMatching(/^\d{4}-\d\d-\d\d$/), chargesNanoUsd: '100' },
    closedDays: { count: 0, chargesNanoUsd: '0' },
    keyMismatches: [],
  });

  await api.database.db.update(keySpend).set({ heldNanoUsd: 1n });
  expect(await client.account.statement.query()).toMatchObject({
    ok: false,
    keyMismatches: [
      { accountId, keyId, heldNanoUsd: '1', expectedHeldNanoUsd: '500', running: 1, expectedRunning: 1 },
    ],
  });
});

it('the staff check the whole ledger, once at a time', async () => {
  await using api = await startTestApi();
  const { client, accountId, userId } = await api.signUp('ada@example.com');
  await api.database.db.update(users).set({ staffRole: 'support' }).where(eq(users.id, userId));
  await api.database.db.update(accounts).set({ balanceNanoUsd: 9n }).where(eq(accounts.id, accountId));

  const check = await client.admin.ledger.verify.mutate();
  expect(check).toMatchObject({
    ok: false,
    accounts: 1,
    keys: 0,
    mismatchCount: 1,
    mismatches: [{ accountId, balanceNanoUsd: '9', expectedBalanceNanoUsd: '0' }],
    keyMismatches: [],
    keyMismatchCount: 0,
    checkedAt: expect.stringMatching(/Z$/),
    durationMs: expect.any(Number),
  });

  const checks = ledgerChecks(api.database);
  const [one, two] = await Promise.all([checks.verify(), checks.verify()]);
  expect(two).toBe(one);
  expect(await checks.verify()).not.toBe(one);
});
