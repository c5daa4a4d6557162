import { accountClosures, auditLog, users } from '@weir/db/schema';
import type { Command } from 'commander';
import { desc, eq } from 'drizzle-orm';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, onTestFinished, vi } from 'vitest';
import { sessionOf } from '../testing/session-of.ts';
import { CHANNEL, MODEL, SECRET_KEY, startTestCli } from '../testing/start-test-cli.ts';
import { announce } from '../announcements/announce.ts';
import { buildProgram } from './program.ts';
import { runCli } from './run-cli.ts';

afterEach(() => void vi.unstubAllEnvs());

const READS = [
  'account show',
  'announcement list',
  'archive status',
  'channel health',
  'channel list',
  'channel list-keys',
  'group list',
  'ledger verify',
  'legal list',
  'model list',
  'policy list',
  'price list',
  'staff list',
];

interface Ids {
  account: string;
  key: string;
  channel: string;
  /** Besides the one it was added with. */
  channelKey: string;
  /** A file that is not there yet. */
  out: string;
  /** A file with the words of an announcement. */
  texts: string;
  announcement: string;
}

const WORDS = { title: 'Maintenance', text: 'On Sunday.' };

/** What each command that changes something is tried with, in this order. */
const CHANGES: readonly [command: string, action: string, args: (ids: Ids) => string[]][] = [
  ['account create', 'account.create', () => ['--email', 'eve@example.com', '--credit-usd', '5']],
  ['account credit', 'account.adjust', ({ account }) => [account, '--usd', '1', '--ref', 'invoice-1']],
  ['account sign-in-link', 'account.sign_in_link', ({ account }) => [account]],
  ['account set-concurrency', 'account.set_concurrency', ({ account }) => [account, '5']],
  ['account reset-second-factor', 'account.reset_second_factor', ({ account }) => [account]],
  ['group set', 'group.set', () => ['resellers', '--margin-percent', '10']],
  ['account set-group', 'account.set_group', ({ account }) => [account, 'resellers']],
  ['key create', 'key.create', ({ account }) => ['--account', account, '--budget-day-usd', '5']],
  ['key set', 'key.set', ({ key }) => [key, '--concurrency', '5']],
  ['key disable', 'key.set', ({ key }) => [key]],
  ['key enable', 'key.set', ({ key }) => [key]],
  ['key rotate', 'key.rotate', ({ key }) => [key]],
  ['key end-overlap', 'key.end_overlap', ({ key }) => [key]],
  ['key revoke', 'key.revoke', ({ key }) => [key]],
  ['channel add', 'channel.add', () => [...CHANNEL.slice(2), '--secret', 'sk-abcdefghijklmnop']],
  ['channel set', 'channel.set', ({ channel }) => [channel, '--region', 'eu']],
  ['channel add-key', 'channel.add_key', ({ channel }) => [channel, '--secret', 'sk-abcdefghijklmnop']],
  ['channel remove-key', 'channel.remove_key', ({ channelKey }) => [channelKey]],
  ['model add', 'model.add', ({ channel }) => [...MODEL.slice(2), '--channel', channel]],
  [
    'price set',
    'price.set',
    () => ['acme/large', '--input-usd-per-mtok', '1', '--output-usd-per-mtok', '2', '--from', '2999-01-01'],
  ],
  [
    'catalog add',
    'catalog.add',
    ({ channel }) => ['--vendor', 'openai', '--channel', channel, '--model', 'gpt-5-mini', '--yes'],
  ],
  ['legal hold', 'account.hold', ({ account }) => [account, '--reference', '7 O 12/26']],
  [
    'legal export',
    'account.lawful_export',
    ({ account, out }) => [account, '--reference', '7 O 12/26', '--out', out],
  ],
  ['legal release', 'account.release_hold', ({ account }) => [account, '--reference', '7 O 12/26']],
  ['announcement publish', 'announcement.publish', ({ texts }) => ['--kind', 'service', '--texts', texts]],
  ['announcement withdraw', 'announcement.withdraw', ({ announcement }) => [announcement]],
  ['policy publish', 'policy.publish', () => ['--kind', 'privacy']],
  ['staff create', 'staff.create', () => ['--email', 'sue@example.com', '--role', 'support']],
  ['staff reset-second-factor', 'staff.reset_second_factor', () => ['--email', 'sue@example.com']],
  ['staff set-role', 'staff.set_role', () => ['--email', 'sue@example.com', '--role', 'finance']],
];

function leaves(command: Command, path: string[] = []): string[] {
  return command.commands.length === 0
    ? [path.join(' ')]
    : command.commands.flatMap((child) => leaves(child, [...path, child.name()]));
}

it('is known of every command whether it changes something', () => {
  expect(leaves(buildProgram()).sort()).toEqual([...READS, ...CHANGES.map(([command]) => command)].sort());
});

/** In this process, as there are many of them: what a command prints with `--json`. */
async function runHere(args: string[]): Promise<Record<string, unknown>> {
  const stdout = vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  try {
    expect([args, await runCli([...args, '--json'])]).toEqual([args, 0]);
    return JSON.parse(stdout.mock.calls.map(([text]) => String(text)).join(''));
  } finally {
    stdout.mockRestore();
  }
}

it('every command that changes something writes one line, without a secret', async () => {
  await using weir = await startTestCli();
  vi.stubEnv('DATABASE_URL', weir.database.url);
  vi.stubEnv('WEIR_SECRET_KEY', SECRET_KEY);
  const { accountId, client } = await weir.signUp('ada@example.com');
  const { keyId } = await client.keys.create.mutate({ name: 'CI' });
  const channel = await runHere([...CHANNEL, '--vendor', 'openai', '--secret', 'sk-abcdefghijklmnop']);
  const channelId = String(channel['channelId']);
  const another = await runHere(['channel', 'add-key', channelId, '--secret', 'sk-abcdefghijklmnop']);
  const { db } = weir.database;
  const data = { texts: { en: WORDS } };
  const { announcementId } = await announce(db, { notice: 'service_announcement', data });
  const dir = await mkdtemp(join(tmpdir(), 'weir-audit-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const ids = {
    account: accountId,
    key: keyId,
    channel: channelId,
    channelKey: String(another['channelKeyId']),
    out: join(dir, 'account.zip'),
    texts: join(dir, 'texts.json'),
    announcement: announcementId,
  };
  await writeFile(ids.texts, JSON.stringify({ en: WORDS, 'zh-CN': WORDS }));
  const printed: string[] = [];
  for (const [command, action, args] of CHANGES) {
    const before = await db.$count(auditLog);
    const result = await runHere([...command.split(' '), ...args(ids)]);
    printed.push(...Object.values(result).map(String));
    const [line] = await db.select().from(auditLog).orderBy(desc(auditLog.id)).limit(1);
    expect([command, (await db.$count(auditLog)) - before]).toEqual([command, 1]);
    expect(line).toMatchObject({ action, actorKind: 'cli', actorId: userInfo().username, actorRole: null });
    expect(line?.targetId).toEqual(expect.any(String));
  }
  const log = JSON.stringify(await db.select().from(auditLog));
  const secrets = printed
    .filter((text) => /^sk-weir-[0-9a-z]{39}$|token=/.test(text))
    .map((text) => text.split('token=').at(-1));
  expect(secrets).toHaveLength(4);
  for (const secret of [...secrets, 'sk-abcdefghijklmnop', '@example.com']) expect(log).not.toContain(secret);
}, 120_000);

it('what was done already, or could not be done, writes none', async () => {
  await using weir = await startTestCli();
  const { accountId } = await weir.signUp('ada@example.com');
  const credit = ['account', 'credit', accountId, '--usd', '1', '--ref', 'invoice-1'];
  await weir.json(...credit);
  await weir.json(...credit);
  expect((await weir.run(['account', 'set-group', accountId, 'nobody'])).code).toBe(1);
  expect(await weir.database.db.$count(auditLog)).toBe(1);
}, 60_000);

it('the last owner stays one', async () => {
  await using weir = await startTestCli();
  const role = (email: string, name: string) => ['--email', `${email}@example.com`, '--role', name];
  await weir.json('staff', 'create', ...role('ann', 'owner'));
  const refused = await weir.run(['staff', 'set-role', ...role('ann', 'none')]);
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('is the only owner') });
  await weir.json('staff', 'create', ...role('bea', 'owner'));
  // One who is leaving is as good as none.
  const { db } = weir.database;
  const [bea] = await db.select().from(users).where(eq(users.email, 'bea@example.com'));
  const closure = { accountId: bea?.accountId ?? '', eraseAfter: new Date() };
  await db.insert(accountClosures).values(closure);
  expect((await weir.run(['staff', 'set-role', ...role('ann', 'none')])).code).toBe(1);
  await db.delete(accountClosures);
  expect(await weir.json('staff', 'set-role', ...role('ann', 'none'))).toMatchObject({ role: null });
  expect(await weir.json('staff', 'list')).toMatchObject({
    staff: [{ email: 'bea@example.com', role: 'owner' }],
  });
}, 60_000);

it('another role ends the sessions that were opened before it', async () => {
  await using weir = await startTestCli();
  const { client } = await weir.signUp('ada@example.com');
  const setRole = (role: string) =>
    weir.json('staff', 'set-role', '--email', 'ada@example.com', '--role', role);
  await setRole('support');
  await expect(client.auth.me.query()).rejects.toThrow('session');
  const again = await sessionOf(weir, 'ada@example.com');
  await setRole('support');
  expect(await again.auth.me.query()).toMatchObject({ staffRole: 'support' });
}, 60_000);
