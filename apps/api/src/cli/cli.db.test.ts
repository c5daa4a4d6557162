import { hashSecret } from '@weir/core/api-key';
import { newId } from '@weir/core/ids';
import { secretBox } from '@weir/core/secret-box';
import { accounts, apiKeys, channelKeys, channels, entries, prices, users } from '@weir/db/schema';
import { describe, expect, it } from 'vitest';
import { commanderSays } from '../testing/commander-says.ts';
import { runCliProcess } from '../testing/run-cli-process.ts';
import { SECRET_KEY, sessionTokenOf } from '../testing/start-test-api.ts';
import { CHANNEL, MODEL, startTestCli, type Json } from '../testing/start-test-cli.ts';

describe('weir account', () => {
  it('creates, credits once for a ref, and shows', async () => {
    await using weir = await startTestCli();
    const { accountId } = await weir.json(
      'account',
      'create',
      '--email',
      'Ada.Lovelace@Example.com',
      '--credit-usd',
      '1.5',
    );
    expect(await weir.json('account', 'show', String(accountId))).toEqual({
      accountId,
      balanceNanoUsd: '1500000000',
      heldNanoUsd: '0',
    });
    expect(await weir.database.db.select().from(users)).toMatchObject([
      {
        accountId,
        email: 'ada.lovelace@example.com',
        username: 'ada.lovelace',
        passwordHash: null,
        staffRole: null,
      },
    ]);

    const credit = ['account', 'credit', String(accountId), '--usd', '25', '--ref', 'invoice-1'];
    const first = await weir.json(...credit);
    expect(first).toEqual({ entryId: expect.stringMatching(/^ent_/), credited: true });
    expect(await weir.json(...credit)).toEqual({ ...first, credited: false });
    await weir.json('account', 'credit', String(accountId), '--usd', '-0.000000001', '--ref', 'correction');
    expect(await weir.json('account', 'show', String(accountId))).toMatchObject({
      balanceNanoUsd: '26499999999',
    });
    expect(await weir.json('ledger', 'verify')).toMatchObject({ ok: true, accounts: 1, mismatches: [] });
    expect((await weir.run(['account', 'show', String(accountId)])).stdout).toBe(
      `${String(accountId)}: balance 26.499999999 USD, held 0 USD, available 26.499999999 USD\n`,
    );
  });

  it('says what is wrong in one line, and creates nothing', async () => {
    await using weir = await startTestCli();
    await weir.json('account', 'create', '--email', 'ada@example.com');
    const taken = await weir.run(['account', 'create', '--email', 'ADA@example.com', '--json']);
    expect(taken).toEqual({ code: 1, stdout: '', stderr: 'There is already a user with this e-mail.\n' });

    const unknown = newId('account');
    const missing = await weir.run(['account', 'credit', unknown, '--usd', '5', '--ref', 'r']);
    expect(missing).toEqual({ code: 1, stdout: '', stderr: `There is no account ${unknown}.\n` });
    expect(await weir.database.db.$count(accounts)).toBe(1);
    expect(await weir.database.db.$count(entries)).toBe(0);
  });

  it.each([
    [['account', 'create', '--email', 'ada'], 'Write an e-mail address'],
    [['account', 'create'], "required option '--email <email>' not specified"],
    [['account', 'create', '--email', 'ada@example.com', '--credit-usd', '1e3'], 'no exponent'],
    [['account', 'create', '--email', 'ada@example.com', '--credit-usd', '-1'], 'below 0'],
    [['account', 'show', 'key_1'], 'begins with acc_'],
    [['account', 'credit', 'acc_1', '--usd', '0', '--ref', 'r'], 'nothing would move'],
    [['account', 'destroy'], "unknown command 'destroy'"],
    [['model', 'list', '--jsno'], "unknown option '--jsno'"],
    [['staff', 'create', '--email', 'ada@example.com', '--role', 'king'], 'Allowed choices are owner, admin'],
    [['nothing'], "unknown command 'nothing'"],
  ])('takes %j for a usage error', async (args, message) => {
    const { code, stdout, stderr } = await runCliProcess(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });
});

describe('weir key', () => {
  it('creates a key that works until it is revoked', async () => {
    await using weir = await startTestCli();
    const { accountId } = await weir.json('account', 'create', '--email', 'ada@example.com');
    const { keyId, key, ...rest } = await weir.json(
      'key',
      'create',
      '--account',
      String(accountId),
      '--name',
      'CI',
    );
    expect(rest).toEqual({});
    expect(await weir.database.db.select().from(apiKeys)).toMatchObject([
      { id: keyId, name: 'CI', hash: hashSecret(String(key)) },
    ]);
    expect(await weir.client(String(key)).account.balance.query()).toMatchObject({ accountId });

    const revoked = await weir.json('key', 'revoke', String(keyId));
    expect(revoked).toEqual({ keyId, revokedAt: expect.stringMatching(/Z$/) });
    expect(await weir.json('key', 'revoke', String(keyId))).toEqual(revoked);
    await expect(weir.client(String(key)).account.balance.query()).rejects.toThrow('revoked');
  });

  it('wants an account and a key that exist', async () => {
    await using weir = await startTestCli();
    expect(await weir.run(['key', 'create', '--account', 'acc_none'])).toEqual({
      code: 1,
      stdout: '',
      stderr: 'There is no account acc_none.\n',
    });
    expect(await weir.run(['key', 'revoke', 'key_none'])).toEqual({
      code: 1,
      stdout: '',
      stderr: 'There is no key key_none.\n',
    });
  });
});

describe('weir channel', () => {
  it('takes the secret from the command line, a variable or stdin, and seals it', async () => {
    await using weir = await startTestCli();
    const runs = [
      await weir.run([...CHANNEL, '--secret', 'sk-1', '--json']),
      await weir.run([...CHANNEL, '--secret-env', 'ACME_KEY', '--json'], { ACME_KEY: 'sk-2' }),
      await weir.run(
        [...CHANNEL, '--secret', '-', '--priority', '3', '--weight', '4', '--json'],
        {},
        'sk-3\n',
      ),
    ];
    const ids = runs.map(({ stdout }): string => JSON.parse(stdout).channelId);
    expect(runs.map(({ stderr }) => stderr)).toEqual(['', '', '']);

    const rows = await weir.database.db.select().from(channelKeys);
    const secrets = secretBox(SECRET_KEY);
    const secretOf = (id: string) =>
      secrets.open(rows.find(({ channelId }) => channelId === id)?.sealedSecret ?? '', id);
    expect(ids.map(secretOf)).toEqual(['sk-1', 'sk-2', 'sk-3']);

    const { channels: listed } = await weir.json('channel', 'list');
    expect(listed).toHaveLength(3);
    expect(listed).toContainEqual({
      channelId: ids[2],
      vendor: 'acme',
      dialect: 'openai-chat',
      baseUrl: 'https://api.example.com/v1',
      priority: 3,
      weight: 4,
      enabled: true,
      region: null,
      collectsData: false,
      inFlightMax: null,
      keys: 1,
    });
    expect((await weir.run(['channel', 'list'])).stdout).not.toContain('sk-');
  });

  it('warns of plain http and private hosts, and adds them all the same', async () => {
    await using weir = await startTestCli();
    const add = [...CHANNEL.slice(0, -1), 'http://127.0.0.1:8000/v1', '--secret', 's', '--json'];
    const warned = await weir.run(add);
    expect(warned.code).toBe(0);
    expect(JSON.parse(warned.stdout)).toEqual({ channelId: expect.stringMatching(/^chn_/) });
    expect(warned.stderr).toMatch(/^Warning: .*127\.0\.0\.1:8000 is in its WEIR_UPSTREAM_PRIVATE_HOSTS\.\n$/);
    expect(await weir.run(add, { WEIR_UPSTREAM_PRIVATE_HOSTS: '127.0.0.1:8000' })).toMatchObject({
      code: 0,
      stderr: '',
    });
  });

  it('says what to do when the secret or the URL is missing or wrong', async () => {
    await using weir = await startTestCli();
    expect((await weir.run(CHANNEL)).stderr).toBe(
      'Give the vendor’s API key with --secret-env NAME, --secret - (stdin) or --secret KEY.\n',
    );
    expect((await weir.run([...CHANNEL, '--secret-env', 'NO_SUCH'])).stderr).toBe(
      'The variable NO_SUCH is not set.\n',
    );
    expect((await weir.run([...CHANNEL, '--secret', '-'])).stderr).toBe('There was no secret on stdin.\n');
    expect((await weir.run([...CHANNEL, '--secret', 's', '--secret-env', 'X'])).code).toBe(2);
    expect((await weir.run([...CHANNEL.slice(0, -1), 'example.com', '--secret', 's'])).stderr).toMatch(
      /^"example\.com" is no base URL\. Write it like/,
    );
    expect(await weir.database.db.$count(channels)).toBe(0);
  });
});

describe('weir model', () => {
  it('adds, prices anew, serves through a second channel, and lists', async () => {
    await using weir = await startTestCli();
    const { channelId } = await weir.json(...CHANNEL, '--secret', 's');
    const { channelId: second } = await weir.json(...CHANNEL, '--secret', 's', '--priority', '1');
    expect(await weir.json(...MODEL, '--channel', String(channelId), '--context', '8000')).toEqual({
      modelId: 'acme/large',
    });
    await weir.json(
      ...MODEL,
      '--channel',
      String(channelId),
      '--output-max',
      '1000',
      '--output-usd-per-mtok',
      '0.75',
    );
    await weir.json(...MODEL, '--channel', String(second));
    expect(await weir.database.db.$count(prices)).toBe(3);
    const common = {
      modelId: 'acme/large',
      enabled: true,
      contextTokensMax: 8000,
      outputTokensMax: 1000,
      vendor: 'acme',
      region: null,
      upstreamModel: 'large-1',
      inputNanoUsdPerMtok: '150000000',
    };
    expect(await weir.json('model', 'list')).toEqual({
      models: [
        { ...common, channelId, outputNanoUsdPerMtok: '750000000' },
        { ...common, channelId: second, outputNanoUsdPerMtok: '600000000' },
      ],
    });
    expect(await weir.client().models.list.query()).toMatchObject([
      { modelId: 'acme/large', outputNanoUsdPerMtok: '750000000' },
    ]);
  });

  it('says what is wrong with a price or a channel', async () => {
    await using weir = await startTestCli();
    const exponent = await weir.run([...MODEL, '--channel', 'chn_1', '--input-usd-per-mtok', '1e-3']);
    expect(exponent.code).toBe(2);
    expect(exponent.stderr).toContain(
      "argument '1e-3' is invalid. Write an amount in US dollars like 5 or 0.15",
    );
    expect(await weir.run([...MODEL, '--channel', 'chn_1'])).toEqual({
      code: 1,
      stdout: '',
      stderr: 'There is no channel chn_1. `weir channel list` shows those that are.\n',
    });
  });
});

describe('weir account sign-in-link', () => {
  it('lets in once whoever holds an account without a password, who then sets one', async () => {
    await using weir = await startTestCli();
    const { accountId } = await weir.json('account', 'create', '--email', 'ada@example.com');
    const { signInUrl } = await weir.json('account', 'sign-in-link', String(accountId));
    const token = new URL(String(signInUrl)).searchParams.get('token') ?? '';
    const sessionToken = sessionTokenOf(await weir.client().auth.signInWithLink.mutate({ token }));
    const person = weir.client(sessionToken);
    expect(await person.auth.me.query()).toMatchObject({ accountId, hasPassword: false });
    await person.profile.changePassword.mutate({ newPassword: 'correct horse battery staple' });
    await weir.client().auth.signIn.mutate({
      email: 'ada@example.com',
      password: 'correct horse battery staple',
    });
    await expect(weir.client().auth.signInWithLink.mutate({ token })).rejects.toThrow('used');
  });
});

describe('weir staff create', () => {
  it('prints a link that signs in once, and another for someone who has the role', async () => {
    await using weir = await startTestCli();
    const args = ['staff', 'create', '--email', 'owner@example.com', '--role', 'owner'];
    const { userId, signInUrl, expiresAt } = await weir.json(...args);
    expect(String(signInUrl)).toMatch(/^http:\/\/127\.0\.0\.1:3000\/sign-in\/link\?token=[\w-]{43}$/);
    expect(Date.parse(String(expiresAt))).toBeGreaterThan(Date.now() + 23 * 60 * 60 * 1000);
    const tokenOf = (url: unknown) => new URL(String(url)).searchParams.get('token') ?? '';
    const sessionToken = sessionTokenOf(
      await weir.client().auth.signInWithLink.mutate({ token: tokenOf(signInUrl) }),
    );
    expect(await weir.client(sessionToken).auth.me.query()).toMatchObject({
      userId,
      staffRole: 'owner',
      hasPassword: false,
      username: 'owner',
    });

    const elsewhere = await weir.run([...args, '--json'], {
      WEIR_PUBLIC_WEB_URL: 'https://weir.example.com/',
    });
    const again: Json = JSON.parse(elsewhere.stdout);
    expect(again).toMatchObject({
      userId,
      signInUrl: expect.stringMatching(/^https:\/\/weir\.example\.com\/sign-in\/link\?token=/),
    });
    await weir.client().auth.signInWithLink.mutate({ token: tokenOf(again['signInUrl']) });
  });

  it('gives nobody a role by surprise', async () => {
    await using weir = await startTestCli();
    await weir.signUp('ada@example.com');
    const result = await weir.run(['staff', 'create', '--email', 'ada@example.com', '--role', 'owner']);
    expect(result).toEqual({
      code: 1,
      stdout: '',
      stderr: 'ada@example.com is the e-mail of a user who is not staff. Use another one.\n',
    });
    expect(await weir.database.db.select().from(users)).toMatchObject([{ staffRole: null }]);
  });
});

describe('the help', () => {
  it('of every command shows --json and an example', async () => {
    const commands = [
      'account create',
      'account show',
      'account credit',
      'account set-group',
      'account set-concurrency',
      'group set',
      'group list',
      'key create',
      'key set',
      'key disable',
      'key enable',
      'key rotate',
      'key end-overlap',
      'key revoke',
      'channel add',
      'channel list',
      'model add',
      'model list',
      'price set',
      'price list',
      'catalog add',
      'staff create',
      'ledger verify',
    ];
    for (const command of commands) {
      const help = await commanderSays([...command.split(' '), '--help']);
      expect(help).toContain('--json');
      expect(help).toContain(`$ pnpm --silent weir ${command}`);
    }
  });
});
