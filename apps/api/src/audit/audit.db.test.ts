import { setImmediate } from 'node:timers/promises';
import { accounts, auditLog } from '@weir/db/schema';
import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { setGroup } from '../accounts/account-groups.ts';
import { seatPerson } from '../testing/seat-people.ts';
import { errorOf, startTestApi } from '../testing/start-test-api.ts';
import { audited, writeAudit } from './write-audit.ts';

const CLI = { kind: 'cli', id: 'root' } as const;

/** Lines are in the order of their ids, which carry their time to the millisecond. */
async function nextMillisecond(): Promise<void> {
  for (const now = Date.now(); Date.now() === now;) await setImmediate();
}

async function start() {
  const api = await startTestApi();
  const owner = await seatPerson(api.database, 'owner');
  const holder = await seatPerson(api.database);
  return { ...api, owner, holder, as: api.client(owner.sessionToken) };
}

describe('the audit log', () => {
  it('says who did what to whom, and what was there before', async () => {
    await using test = await start();
    const { accountId } = test.holder;
    await setGroup(test.database.db, 'resellers', { marginPpm: 125_000 });
    await test.as.admin.accounts.setGroup.mutate({ accountId, groupId: 'resellers' });
    await test.as.admin.accounts.setConcurrency.mutate({ accountId, concurrencyMax: 5 });
    await test.as.admin.accounts.setConcurrency.mutate({ accountId, concurrencyMax: null });
    const who = {
      actorKind: 'staff',
      actorId: test.owner.userId,
      actorRole: 'owner',
      actorEmail: expect.stringMatching(/@example.com$/),
    };
    const { items } = await test.as.admin.audit.list.query();
    expect(items).toEqual(
      [
        {
          action: 'account.set_concurrency',
          before: { concurrencyMax: 5 },
          after: { concurrencyMax: null },
        },
        {
          action: 'account.set_concurrency',
          before: { concurrencyMax: null },
          after: { concurrencyMax: 5 },
        },
        { action: 'account.set_group', before: { groupId: null }, after: { groupId: 'resellers' } },
      ].map((line) => ({
        ...who,
        ...line,
        targetId: accountId,
        accountId,
        auditId: expect.stringMatching(/^aud_/),
        at: expect.any(String),
      })),
    );
  });

  it('is never changed, shortened or emptied', async () => {
    await using test = await start();
    await writeAudit(test.database.db, CLI, { action: 'group.set' });
    for (const statement of [
      `update audit_log set action = 'key.set'`,
      'delete from audit_log',
      'truncate audit_log',
    ]) {
      await expect(test.database.sql.unsafe(statement)).rejects.toThrow('audit_log is append-only');
    }
    expect(await test.database.db.$count(auditLog)).toBe(1);
  });

  it('has no line of what was not done, and nothing is done without its line', async () => {
    await using test = await start();
    const { accountId } = test.holder;
    const { db, sql } = test.database;
    const refused = test.as.admin.accounts.setGroup.mutate({ accountId, groupId: 'nobody' });
    expect(await errorOf(refused)).toMatchObject({ weirCode: 'not_found' });
    expect(await db.$count(auditLog)).toBe(0);

    await sql`alter table audit_log add constraint full_up check (action = 'none')`;
    const unaudited = test.as.admin.accounts.setConcurrency.mutate({ accountId, concurrencyMax: 5 });
    expect(await errorOf(unaudited)).toMatchObject({ weirCode: 'internal_error' });
    const [account] = await db.select().from(accounts).where(eq(accounts.id, accountId));
    expect(account?.concurrencyMax).toBeNull();
  });

  it('takes no secret', async () => {
    await using test = await start();
    const { db, sql } = test.database;
    for (const after of [
      { secret: 'x' },
      { channel: { apiSecret: 'x' } },
      { passwordHash: 'x' },
      { name: 'see sk-weir-0123456789abcdef' },
    ]) {
      const write = audited(db, CLI, async (tx) => {
        await setGroup(tx.db, 'resellers', { marginPpm: 1 });
        return { result: undefined, done: { action: 'group.set', after } };
      });
      await expect(write).rejects.toThrow('the audit log takes no secrets');
    }
    expect(await sql`select from account_groups`).toHaveLength(0);
  });

  it('is searched by who, what, whom and when, and read page by page', async () => {
    await using test = await start();
    const { db } = test.database;
    const { accountId } = test.holder;
    await writeAudit(db, CLI, { action: 'group.set', targetId: 'resellers' });
    await nextMillisecond();
    await writeAudit(db, CLI, { action: 'key.revoke', targetId: 'key_1', accountId });
    await nextMillisecond();
    await test.as.admin.accounts.setConcurrency.mutate({ accountId, concurrencyMax: 5 });
    const find = async (filters: Parameters<typeof test.as.admin.audit.list.query>[0]) =>
      (await test.as.admin.audit.list.query(filters)).items.map(({ action }) => action);
    const email = (await test.as.auth.me.query()).email;
    const hour = 3_600_000;
    const inAnHour = new Date(Date.now() + hour).toISOString();
    const anHourAgo = new Date(Date.now() - hour).toISOString();

    expect(await find({ actor: 'root' })).toEqual(['key.revoke', 'group.set']);
    expect(await find({ actor: test.owner.userId })).toEqual(['account.set_concurrency']);
    expect(await find({ actor: email.toUpperCase() })).toEqual(['account.set_concurrency']);
    expect(await find({ target: accountId })).toEqual(['account.set_concurrency', 'key.revoke']);
    expect(await find({ target: 'resellers' })).toEqual(['group.set']);
    expect(await find({ action: 'key.revoke' })).toEqual(['key.revoke']);
    expect(await find({ since: anHourAgo, until: inAnHour })).toHaveLength(3);
    expect(await find({ since: inAnHour })).toEqual([]);
    expect(await find({ until: anHourAgo })).toEqual([]);

    const first = await test.as.admin.audit.list.query({ limit: 2 });
    expect(first.items).toHaveLength(2);
    const rest = await test.as.admin.audit.list.query({ limit: 2, cursor: first.nextCursor ?? undefined });
    expect(rest.items.map(({ action }) => action)).toEqual(['group.set']);
    expect(rest.nextCursor).toBeNull();
  });

  it('says when it was taken away, page by page, and names nobody by more than an id', async () => {
    await using test = await start();
    await writeAudit(test.database.db, CLI, { action: 'group.set' });
    await writeAudit(test.database.db, CLI, { action: 'key.revoke' });
    const first = await test.as.admin.audit.export.mutate({ limit: 1, action: 'group.set' });
    expect(first.items).toHaveLength(1);
    const cursor = first.items[0]?.auditId;
    const actor = (await test.as.auth.me.query()).email;
    await nextMillisecond();
    await test.as.admin.audit.export.mutate({ limit: 1, cursor, action: 'group.set', actor });
    const { items } = await test.as.admin.audit.list.query({ action: 'audit.export' });
    expect(items.map(({ after, actorId }) => ({ after, actorId }))).toEqual([
      { after: { action: 'group.set', lines: 0, ofOneActor: true }, actorId: test.owner.userId },
      { after: { action: 'group.set', lines: 1 }, actorId: test.owner.userId },
    ]);
  });
});
