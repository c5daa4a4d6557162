import { accounts } from '@weir/db/schema';
import { describe, expect, it } from 'vitest';
import { setGroup } from '../accounts/account-groups.ts';
import { commanderSays } from '../testing/commander-says.ts';
import { startTestCli } from '../testing/start-test-cli.ts';

describe('the limits of a key', () => {
  it('are given at its creation, changed one by one, and taken away', async () => {
    await using weir = await startTestCli();
    const { accountId } = await weir.signUp('ada@example.com');
    const limits = ['--budget-total-usd', '100', '--budget-day-usd', '0.5', '--concurrency', '7'];
    const { keyId } = await weir.json(
      'key',
      'create',
      '--account',
      accountId,
      ...limits,
      '--disconnect',
      'drain',
    );
    const spent = { spentNanoUsd: '0', resetsAt: expect.any(String) };
    const created = {
      keyId,
      disconnectPolicy: 'drain',
      concurrencyMax: 7,
      budgets: {
        total: { limitNanoUsd: '100000000000', spentNanoUsd: '0', resetsAt: null },
        day: { limitNanoUsd: '500000000', ...spent },
        week: null,
        month: null,
      },
    };
    expect(await weir.json('key', 'set', String(keyId))).toMatchObject(created);
    const changes = [
      '--name',
      'CI',
      '--budget-day-usd',
      'none',
      '--budget-week-usd',
      '3',
      '--concurrency',
      'none',
    ];
    expect(await weir.json('key', 'set', String(keyId), ...changes)).toMatchObject({
      ...created,
      name: 'CI',
      concurrencyMax: null,
      budgets: { ...created.budgets, day: null, week: { limitNanoUsd: '3000000000', ...spent } },
    });
    expect((await weir.run(['key', 'set', String(keyId), '--budget-month-usd', '0'])).stdout).toBe(
      `Key ${String(keyId)} (CI): 100 USD ever, 3 USD a week, 0 USD a month; any number of calls at a time; drain.\n`,
    );
    expect(await weir.run(['key', 'set', 'key_none', '--concurrency', '1'])).toMatchObject({
      code: 1,
      stderr: 'There is no key key_none.\n',
    });
  });

  it.each([
    [['key', 'set', 'key_1', '--concurrency', '0'], 'from 1 to 10000'],
    [['key', 'set', 'key_1', '--budget-day-usd', '-1'], 'not below 0'],
    [['key', 'set', 'key_1', '--disconnect', 'wait'], 'Allowed choices are cancel, drain'],
    [['account', 'set-concurrency', 'acc_1', 'many'], 'Write a whole number'],
    [['account', 'set-group', 'acc_1', 'No Group'], 'Write a group like'],
    [['group', 'set', 'none', '--margin-percent', '5'], 'none stands for no group'],
    [['group', 'set', 'g', '--margin-percent', '0.00001'], '4 decimals at most'],
    [['group', 'set', 'g', '--margin-percent', '-100.0001'], 'from -100 to 10000'],
    [['group', 'set', 'g', '--margin-percent', '1e2'], 'Write a percentage'],
  ])('%j are none', async (args, message) => {
    expect(await commanderSays(args)).toContain(message);
  });
});

describe('an account', () => {
  it('may have so many calls at a time, or any number', async () => {
    await using weir = await startTestCli();
    const { accountId } = await weir.signUp('ada@example.com');
    const concurrencyMax = async () =>
      (await weir.database.db.select().from(accounts)).map((account) => account.concurrencyMax);
    expect(await weir.json('account', 'set-concurrency', accountId, '50')).toEqual({
      accountId,
      concurrencyMax: 50,
    });
    expect(await concurrencyMax()).toEqual([50]);
    await weir.json('account', 'set-concurrency', accountId, 'none');
    expect(await concurrencyMax()).toEqual([null]);
    expect(await weir.run(['account', 'set-concurrency', 'acc_none', '5'])).toMatchObject({
      code: 1,
      stderr: 'There is no account acc_none.\n',
    });
  });

  it('pays its group’s margin, which relays and the price list learn of', async () => {
    await using weir = await startTestCli();
    const { accountId } = await weir.signUp('ada@example.com');
    expect((await weir.run(['account', 'set-group', accountId, 'resellers'])).stderr).toBe(
      'There is no group resellers. `weir group set` makes one.\n',
    );
    expect(await weir.json('group', 'set', 'resellers', '--margin-percent', '12.5000')).toEqual({
      groupId: 'resellers',
      marginPpm: 125_000,
    });
    await setGroup(weir.database.db, 'friends', { marginPpm: -333_333 });

    const notified = Promise.withResolvers<string>();
    const listening = await weir.database.sql.listen('weir_key_changed', notified.resolve);
    expect(await weir.json('account', 'set-group', accountId, 'resellers')).toEqual({
      accountId,
      groupId: 'resellers',
    });
    expect(await notified.promise).toBe('');
    await listening.unlisten();
    await weir.json('group', 'set', 'resellers', '--margin-percent', '0');
    expect((await weir.run(['group', 'list'])).stdout).toBe(
      'friends  -33.3333 %  0 accounts\nresellers  0 %  1 accounts\n',
    );
    expect(await weir.json('account', 'set-group', accountId, 'none')).toEqual({ accountId, groupId: null });
    expect(await weir.database.db.select().from(accounts)).toMatchObject([{ groupId: null }]);
  });
});
