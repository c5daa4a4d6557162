import { accounts, apiKeys, keySpend } from '@weir/db/schema';
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
      '--scope',
      'manage',
      'read',
    );
    const spent = { spentNanoUsd: '0', resetsAt: expect.any(String) };
    const created = {
      keyId,
      scopes: ['read', 'manage'],
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
      `Key ${String(keyId)} (CI): read, manage; 100 USD ever, 3 USD a week, 0 USD a month; any number of calls at a time; drain.\n`,
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

describe('what bounds a key', () => {
  it('is given, shown, and taken away', async () => {
    await using weir = await startTestCli();
    const { accountId } = await weir.signUp('ada@example.com');
    const created = await weir.json('key', 'create', '--account', accountId, '--name', 'CI');
    const keyId = String(created['keyId']);
    const rates = ['--requests-per-minute', '60', '--tokens-per-minute', '100000', '--expires', '2999-01-31'];
    const lists = ['--models', 'openai/*, sandbox/echo', '--addresses', '203.0.113.0/24,::1'];
    expect((await weir.run(['key', 'set', keyId, ...rates, ...lists])).stdout).toBe(
      `Key ${keyId} (CI): inference, read; no budget; any number of calls at a time; 60 calls a minute; 100000 tokens a minute; models openai/*, sandbox/echo; from 203.0.113.0/24, ::1; until 2999-01-31T00:00:00.000Z; cancel.\n`,
    );
    const none = [
      '--requests-per-minute',
      'none',
      '--models',
      'none',
      '--addresses',
      'none',
      '--expires',
      'none',
    ];
    expect(await weir.json('key', 'set', keyId, ...none)).toMatchObject({
      requestsPerMinuteMax: null,
      tokensPerMinuteMax: 100_000,
      models: null,
      addresses: null,
      expiresAt: null,
    });
  });

  it('can be its state: disabled, enabled, rotated, revoked with its calls', async () => {
    await using weir = await startTestCli();
    const { accountId } = await weir.signUp('ada@example.com');
    const { keyId: id, key } = await weir.json('key', 'create', '--account', accountId);
    const keyId = String(id);
    expect(await weir.json('key', 'disable', keyId)).toMatchObject({ state: 'disabled' });
    expect(await weir.json('key', 'enable', keyId)).toMatchObject({ state: 'active' });
    const rotated = await weir.json('key', 'rotate', keyId, '--overlap-hours', '1');
    expect(rotated).toEqual({ keyId, key: expect.any(String), previousExpiresAt: expect.any(String) });
    await weir.client(String(key)).account.balance.query();
    expect(await weir.json('key', 'end-overlap', keyId)).toMatchObject({ previousSecret: null });
    await expect(weir.client(String(key)).account.balance.query()).rejects.toThrow('rotation');
    await weir.json('key', 'revoke', keyId, '--cut');
    expect(await weir.database.db.select().from(apiKeys)).toMatchObject([{ cutsRunning: true }]);
  });

  it('can come from its account’s group, whichever is lower', async () => {
    await using weir = await startTestCli();
    const { accountId } = await weir.signUp('ada@example.com');
    const { keyId } = await weir.json('key', 'create', '--account', accountId, '--requests-per-minute', '50');
    const inForce = async () => {
      const [spend] = await weir.database.db.select().from(keySpend);
      return [spend?.concurrencyMax, spend?.requestsPerMinuteMax, spend?.tokensPerMinuteMax];
    };
    await weir.json('group', 'set', 'trial', '--key-concurrency', '3', '--key-requests-per-minute', '100');
    await weir.json('account', 'set-group', accountId, 'trial');
    expect(await inForce()).toEqual([3, 50, null]);
    await weir.json(
      'group',
      'set',
      'trial',
      '--key-requests-per-minute',
      '20',
      '--key-tokens-per-minute',
      '9',
    );
    expect(await inForce()).toEqual([3, 20, 9]);
    expect((await weir.run(['group', 'list'])).stdout).toBe(
      'trial  0 %; each key at most 3 calls at a time, 20 calls a minute, 9 tokens a minute  1 accounts\n',
    );
    await weir.json('key', 'set', String(keyId), '--requests-per-minute', '10');
    expect(await inForce()).toEqual([3, 10, 9]);
    await weir.json('account', 'set-group', accountId, 'none');
    expect(await inForce()).toEqual([null, 10, null]);
  });

  it.each([
    [['key', 'set', 'key_1', '--models', 'open ai'], 'patterns like openai/*'],
    [['key', 'set', 'key_1', '--addresses', 'example.com'], 'ranges like'],
    [['key', 'set', 'key_1', '--expires', '2020-01-01'], 'That time is over'],
    [['key', 'rotate', 'key_1', '--overlap-hours', '169'], 'from 0 to 168'],
  ])('is refused where it is wrong: %j', async (argv, message) => {
    expect(await commanderSays(argv)).toContain(message);
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
      keyConcurrencyMax: null,
      keyRequestsPerMinuteMax: null,
      keyTokensPerMinuteMax: null,
      accounts: 0,
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
