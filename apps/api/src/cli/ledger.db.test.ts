import { accounts, keySpend } from '@weir/db/schema';
import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { seedRequest } from '../testing/seed-request.ts';
import { startTestCli } from '../testing/start-test-cli.ts';

/** An account with 1 USD, of which 100 nanoUsd were spent, and another one. */
async function openBooks() {
  const weir = await startTestCli();
  const create = (email: string) => weir.json('account', 'create', '--email', email, '--credit-usd', '1');
  const accountId = String((await create('ada@example.com'))['accountId']);
  await create('bob@example.com');
  await seedRequest(weir.database, { accountId });
  return { ...weir, accountId };
}

describe('weir ledger verify', () => {
  it('says that all adds up', async () => {
    await using weir = await openBooks();
    expect(await weir.json('ledger', 'verify')).toEqual({
      ok: true,
      accounts: 2,
      keys: 0,
      mismatches: [],
      mismatchCount: 0,
      keyMismatches: [],
      keyMismatchCount: 0,
    });
    expect(await weir.run(['ledger', 'verify'])).toEqual({
      code: 0,
      stdout: 'Every account adds up (2), and every key (0).\n',
      stderr: '',
    });
  });

  it('exits with 1 and names the account and the key that do not', async () => {
    await using weir = await openBooks();
    const { accountId } = weir;
    const { keyId } = await weir.json('key', 'create', '--account', accountId);
    await weir.database.db
      .update(accounts)
      .set({ balanceNanoUsd: 1_000_000_001n, heldNanoUsd: 7n, running: 2 })
      .where(eq(accounts.id, accountId));
    await weir.database.db.update(keySpend).set({ running: 1 });
    const { code, stdout, stderr } = await weir.run(['ledger', 'verify', '--json']);
    expect([code, stderr]).toEqual([1, '']);
    const figures = {
      accountId,
      balanceNanoUsd: '1000000001',
      expectedBalanceNanoUsd: '999999900',
      heldNanoUsd: '7',
      expectedHeldNanoUsd: '0',
      running: 2,
      expectedRunning: 0,
      usageHourlyNanoUsd: '100',
      expectedUsageHourlyNanoUsd: '100',
      usageDailyNanoUsd: '100',
      expectedUsageDailyNanoUsd: '100',
    };
    const key = {
      accountId,
      keyId,
      heldNanoUsd: '0',
      expectedHeldNanoUsd: '0',
      running: 1,
      expectedRunning: 0,
    };
    expect(JSON.parse(stdout)).toEqual({
      ok: false,
      accounts: 2,
      keys: 1,
      mismatches: [figures],
      mismatchCount: 1,
      keyMismatches: [key],
      keyMismatchCount: 1,
    });
    const human = await weir.run(['ledger', 'verify']);
    expect(human.code).toBe(1);
    expect(human.stdout).toBe(
      [
        '1 of 2 accounts and 1 of 1 keys do not add up.',
        `${accountId}: balance 1.000000001 USD, should be 0.9999999 USD; held 0.000000007 USD, should be 0 USD; 2 calls under way, should be 0`,
        `${accountId} ${String(keyId)}: held 0 USD, should be 0 USD; 1 calls under way, should be 0\n`,
      ].join('\n'),
    );
    expect((await weir.run(['ledger', 'verify', '--account', accountId])).code).toBe(1);
  });

  it('shows what one account’s balance comes from', async () => {
    await using weir = await openBooks();
    const { accountId } = weir;
    expect(await weir.json('ledger', 'verify', '--account', accountId)).toMatchObject({
      accountId,
      ok: true,
      balanceNanoUsd: '999999900',
      entries: [{ kind: 'grant', count: 1, sumNanoUsd: '1000000000' }],
      openDays: { firstDay: expect.stringMatching(/^\d{4}-/), chargesNanoUsd: '100' },
      closedDays: { count: 0, chargesNanoUsd: '0' },
      keyMismatches: [],
    });
    expect((await weir.run(['ledger', 'verify', '--account', accountId])).stdout).toMatch(
      /^grant: 1 USD \(1\)\ncharges of 0 closed days: 0 USD\ncharges since .{10}: -0\.0000001 USD\nbalance: 0\.9999999 USD, held 0 USD for 0 calls\nacc_\w+ adds up\.\n$/,
    );
    expect(await weir.run(['ledger', 'verify', '--account', 'acc_none'])).toEqual({
      code: 1,
      stdout: '',
      stderr: 'There is no account acc_none.\n',
    });
  });
});
