import { ADVISORY_LOCKS } from '@weir/db/advisory-locks';
import { DATA_INVENTORY } from '@weir/db/data-inventory';
import { accountClosures, auditLog, legalHoldRequests, sessions, staffRole, users } from '@weir/db/schema';
import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { AUDIT_ACTIONS } from '../audit/audit-actions.ts';
import { eraseAccount } from '../leaving/erase-account.ts';
import { unzipExport } from '../testing/unzip-export.ts';
import { errorOf, startTestApi } from '../testing/start-test-api.ts';

const EMAIL = 'ada@example.com';
const REFERENCE = '7 O 12/26';

async function setUp() {
  const api = await startTestApi();
  const { db } = api.database;
  const owner = await api.signUp('owner@example.com');
  await db.update(users).set({ staffRole: 'owner' }).where(eq(users.id, owner.userId));
  const ada = await api.signUp(EMAIL);
  return {
    ...api,
    owner,
    legal: owner.client.admin.legal,
    ada,
    matter: { accountId: ada.accountId, reference: REFERENCE },
    audit: () => db.select().from(auditLog).orderBy(auditLog.id),
  };
}

describe('a legal hold', () => {
  it('keeps an account from being erased until it is released', async () => {
    await using test = await setUp();
    const { accountId, client } = test.ada;
    await test.legal.hold.mutate(test.matter);
    await client.leaving.requestDeletion.mutate({ confirmation: EMAIL });
    await test.database.db.update(accountClosures).set({ eraseAfter: new Date(Date.now() - 1) });
    expect(await eraseAccount(test.database, accountId)).toBe('held');
    expect(await test.database.db.$count(users, eq(users.email, EMAIL))).toBe(1);

    await test.database.db
      .insert(legalHoldRequests)
      .values({ accountId, id: 'req_kept', request: { id: 'req_kept' } });
    await test.legal.release.mutate({ accountId, reference: 'order of May 2' });
    expect(await test.database.db.$count(legalHoldRequests)).toBe(0);
    expect(await eraseAccount(test.database, accountId)).toBe('erased');
  });

  it('is listed, placed once, and written down with who did it', async () => {
    await using test = await setUp();
    const { accountId } = test.ada;
    await test.legal.hold.mutate(test.matter);
    expect(await test.legal.holds.query()).toEqual([
      { ...test.matter, placedAt: expect.stringMatching(/Z$/) },
    ]);
    expect(await errorOf(test.legal.hold.mutate(test.matter))).toMatchObject({ weirCode: 'conflict' });
    await test.legal.release.mutate({ accountId, reference: 'order of May 2' });
    expect(await test.legal.holds.query()).toEqual([]);
    expect(await errorOf(test.legal.release.mutate(test.matter))).toMatchObject({ weirCode: 'not_found' });

    const line = { actorKind: 'staff', actorId: test.owner.userId, actorRole: 'owner', accountId };
    expect(await test.audit()).toMatchObject([
      { ...line, action: 'account.hold', before: null, after: { reference: REFERENCE } },
      {
        ...line,
        action: 'account.release_hold',
        before: { reference: REFERENCE },
        after: { reference: 'order of May 2' },
      },
    ]);
    for (const statement of [
      'update audit_log set action = id',
      'delete from audit_log',
      'truncate audit_log',
    ]) {
      await expect(test.database.sql.unsafe(statement)).rejects.toMatchObject({ code: '23001' });
    }
  });

  it('is placed and released before or after a day is closed, never in the middle', async () => {
    await using test = await setUp();
    const { sql } = test.database;
    for (const change of [test.legal.hold, test.legal.release]) {
      const closing = await sql.reserve();
      await closing`begin`;
      await closing`select pg_advisory_xact_lock(${ADVISORY_LOCKS.requestDays})`;
      const changing = change.mutate(test.matter);
      const waiting = async () =>
        (
          await sql`
        select 1 from pg_locks
        join pg_database on pg_database.oid = database and datname = current_database()
        where not granted`
        ).length;
      await expect.poll(waiting, { timeout: 10_000 }).toBe(1);
      await closing`commit`;
      closing.release();
      await changing;
    }
  });

  it('of no account, or for no reason, is refused', async () => {
    await using test = await setUp();
    const accountId = `acc_${'0'.repeat(26)}`;
    for (const call of [
      () => test.legal.hold.mutate({ accountId, reference: REFERENCE }),
      () => test.legal.export.mutate({ accountId, reference: REFERENCE }),
    ]) {
      expect(await errorOf(call())).toMatchObject({ weirCode: 'not_found', param: 'accountId' });
    }
    const call = test.legal.hold.mutate({ accountId: 'ada', reference: ' ' });
    expect(await errorOf(call)).toMatchObject({
      fieldErrors: { accountId: expect.any(String), reference: expect.any(String) },
    });
    expect(await test.audit()).toEqual([]);
  });
});

it('a lawful export has what the holder’s own withholds, and is written down', async () => {
  await using test = await setUp();
  await test.legal.hold.mutate(test.matter);
  const { ticket } = await test.legal.export.mutate(test.matter);
  const files = await unzipExport(test.url, ticket);
  expect(files['users.json']).toContain(EMAIL);
  expect(files['users.json']).not.toContain('owner@example.com');
  expect(files['legal_holds.json']).toContain(REFERENCE);
  expect(files['audit_log.json']).toContain('account.lawful_export');
  expect(await test.audit()).toMatchObject([
    { action: 'account.hold' },
    {
      action: 'account.lawful_export',
      actorId: test.owner.userId,
      accountId: test.ada.accountId,
      after: { reference: REFERENCE },
    },
  ]);
});

it('its holder’s own export tells nothing of it', async () => {
  await using test = await setUp();
  const { accountId } = test.ada;
  await test.legal.hold.mutate(test.matter);
  await test.database.db
    .insert(legalHoldRequests)
    .values({ accountId, id: 'req_1', request: { id: 'req_1' } });
  await test.legal.export.mutate(test.matter);
  await test.legal.release.mutate(test.matter);
  const { ticket } = await test.ada.client.leaving.export.mutate();
  const files = await unzipExport(test.url, ticket);
  expect(Object.keys(files)).toContain('users.json');
  expect(Object.keys(files).filter((name) => name.includes('legal'))).toEqual([]);
  expect(JSON.parse(files['audit_log.json'] ?? '')).toEqual([]);
});

it('a holder’s export has what the staff did to the account, and not who of them it was', async () => {
  await using test = await setUp();
  const { accountId, client } = test.ada;
  const { accounts: console } = test.owner.client.admin;
  await console.setConcurrency.mutate({ accountId, concurrencyMax: 7 });
  await console.setConcurrency.mutate({ accountId: test.owner.accountId, concurrencyMax: 8 });
  const { ticket } = await client.leaving.export.mutate();
  const files = await unzipExport(test.url, ticket);
  expect(JSON.parse(files['audit_log.json'] ?? '')).toEqual([
    {
      id: expect.stringMatching(/^aud_/),
      created_at: expect.any(String),
      actor_kind: 'staff',
      action: 'account.set_concurrency',
      target_id: accountId,
      account_id: accountId,
      before: { concurrencyMax: null },
      after: { concurrencyMax: 7 },
    },
  ]);
  expect(JSON.stringify(files)).not.toContain(test.owner.userId);
  const lawful = await test.legal.export.mutate(test.matter);
  const whole = await unzipExport(test.url, lawful.ticket);
  expect(whole['audit_log.json']).toContain(test.owner.userId);
});

it('what a holder is not told is named as the audit log names it', () => {
  const { withheld } = DATA_INVENTORY['audit_log'] ?? {};
  const actions = withheld === undefined || withheld === 'all' ? [] : withheld.rows.values;
  expect(actions.toSorted()).toEqual(AUDIT_ACTIONS.filter((action) => /hold|lawful/.test(action)).toSorted());
});

it('an owner has to have proved who they are within the last minutes', async () => {
  await using test = await setUp();
  await test.database.db.update(sessions).set({ authenticatedAt: new Date(0) });
  for (const call of [test.legal.hold, test.legal.release, test.legal.export]) {
    expect(await errorOf(call.mutate(test.matter))).toMatchObject({ weirCode: 'reauthentication_required' });
  }
  expect(await test.legal.holds.query()).toEqual([]);
});

it('only owners have anything to do with it', async () => {
  await using test = await setUp();
  const { client, userId } = test.ada;
  for (const role of [null, ...staffRole.enumValues.filter((role) => role !== 'owner')]) {
    await test.database.db.update(users).set({ staffRole: role }).where(eq(users.id, userId));
    for (const call of [
      () => client.admin.legal.holds.query(),
      () => client.admin.legal.hold.mutate(test.matter),
      () => client.admin.legal.release.mutate(test.matter),
      () => client.admin.legal.export.mutate(test.matter),
    ]) {
      expect(await errorOf(call())).toMatchObject({ weirCode: 'forbidden', httpStatus: 403 });
    }
  }
  expect(await test.audit()).toEqual([]);
});
