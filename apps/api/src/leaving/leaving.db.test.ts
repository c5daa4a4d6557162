import { newId } from '@weir/core/ids';
import { DATA_INVENTORY } from '@weir/db/data-inventory';
import {
  accountClosures,
  apiKeys,
  entries,
  legalHoldRequests,
  oneTimeLinks,
  passkeys,
  sessions,
  users,
} from '@weir/db/schema';
import { credit, readMovements, verify } from '@weir/ledger';
import { eq } from 'drizzle-orm';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { createSignInLink } from '../auth/sign-in-link.ts';
import { createKey } from '../keys/create-key.ts';
import { queueLetter } from '../notices/queue-letter.ts';
import { queueNotice } from '../notices/queue-notice.ts';
import { seedRequest } from '../testing/seed-request.ts';
import { sessionOf } from '../testing/session-of.ts';
import { errorOf, PASSWORD, startTestApi, type TestApi } from '../testing/start-test-api.ts';
import { eraseAccount } from './erase-account.ts';
import { eraseClosedAccounts } from './erase-closed-accounts.ts';
import { requireOpenAccount } from './require-open-account.ts';

const EMAIL = 'ada-canary@example.com';
const CANARY = 'canary';
const CANARY_ADDRESS = '2001:db8:ca11::a41';
const DAY_MS = 24 * 60 * 60 * 1000;

const erase = async ({ database }: TestApi) => {
  const lines: string[] = [];
  const log = pino({}, { write: (line: string) => void lines.push(line) });
  await eraseClosedAccounts(database, { log, signal: new AbortController().signal });
  return lines.map((line): unknown => JSON.parse(line));
};

const endGrace = ({ database: { db } }: TestApi) =>
  db.update(accountClosures).set({ eraseAfter: new Date(Date.now() - 1) });

/** Every row of every table, by table. */
async function dumpOf({ database: { sql } }: TestApi): Promise<Record<string, string>> {
  const dumps = Object.keys(DATA_INVENTORY).map(async (table) => {
    const rows = await sql`select t::text from ${sql(table)} t order by 1`;
    return [table, JSON.stringify(rows)] as const;
  });
  return Object.fromEntries(await Promise.all(dumps));
}

/** A person with something in every column that can say who they are, and money that has moved. */
async function seedPerson(api: TestApi) {
  const { database } = api;
  const { db } = database;
  const person = await api.signUp(EMAIL);
  const { accountId, userId, client } = person;
  await client.profile.update.mutate({ username: `ada-${CANARY}` });
  const { key, keyId } = await client.keys.create.mutate({
    name: `${CANARY}’s key`,
    addresses: [CANARY_ADDRESS],
  });
  await db
    .update(users)
    .set({ phone: `+1 ${CANARY}` })
    .where(eq(users.id, userId));
  await client.profile.changeEmail.mutate({ newEmail: `new-${EMAIL}`, currentPassword: PASSWORD });
  await db.insert(oneTimeLinks).values({
    tokenHash: 'x',
    purpose: 'email_undo',
    userId,
    email: `old-${EMAIL}`,
    expiresAt: new Date(Date.now() + DAY_MS),
  });
  await client.notices.webhook.set.mutate({ url: `https://example.com/${CANARY}` });
  await queueNotice(db, { userId, notice: 'passkey_added', data: { name: `${CANARY} phone` } });
  await createSignInLink(db, userId);
  await credit(database, { accountId, kind: 'top_up', amountNanoUsd: 1_000n, ref: 'stripe:evt_1' });
  await seedRequest(database, { accountId, keyId, sourceIp: CANARY_ADDRESS });
  // Left over from a hold that was.
  await db
    .insert(legalHoldRequests)
    .values({ accountId, id: 'req_0', request: { source_ip: CANARY_ADDRESS } });
  return { ...person, key, keyId };
}

/** What a person may still make while they can take it back, and what others may have written to them. */
async function seedGrace(api: TestApi, userId: string) {
  const { db } = api.database;
  for (const letter of ['recovery', 'sign_in_blocked'] as const) {
    await queueLetter(db, { letter, recipient: EMAIL, locale: 'en' });
  }
  await db.insert(sessions).values({
    id: `${CANARY}-session`,
    userId,
    expiresAt: new Date(Date.now() + DAY_MS),
    device: `Firefox, ${CANARY}`,
    address: `${CANARY}-address`,
  });
  await db.insert(passkeys).values({
    id: newId('passkey'),
    userId,
    credentialId: `${CANARY}-credential`,
    publicKey: 'public',
    counter: 0,
    transports: [],
    name: `${CANARY} phone`,
  });
}

describe('asking for the deletion of one’s account', () => {
  it('ends every key, session and link at once, and tells when the rest goes', async () => {
    await using api = await startTestApi();
    const { client, key, userId, accountId } = await seedPerson(api);
    const link = await createSignInLink(api.database.db, userId);
    const bystander = await api.signUp('bob@example.com');

    const deletion = await client.leaving.requestDeletion.mutate({
      confirmation: ` ${EMAIL.toUpperCase()} `,
    });
    expect(Date.parse(deletion.eraseAfter) - Date.parse(deletion.requestedAt)).toBeCloseTo(14 * DAY_MS, -4);

    expect(await errorOf(client.auth.me.query())).toMatchObject({ weirCode: 'not_signed_in' });
    expect(await errorOf(api.client(key).account.balance.query())).toMatchObject({
      weirCode: 'api_key_revoked',
    });
    expect(await errorOf(api.client().auth.signInWithLink.mutate({ token: link.token }))).toMatchObject({
      weirCode: 'wrong_credentials',
    });
    expect((await bystander.client.auth.me.query()).deletion).toBeNull();

    // Whoever signs in again is told, and can look at everything.
    const again = await sessionOf(api, EMAIL);
    expect((await again.auth.me.query()).deletion).toEqual(deletion);
    expect(await again.account.movements.query()).toMatchObject({ accountId, ok: true });
    const told = await api.database.sql`select name, data from notices where user_id = ${userId} order by id`;
    expect(told.at(-1)).toMatchObject({
      name: 'deletion_requested',
      data: { eraseAfter: deletion.eraseAfter },
    });
  });

  it('is confirmed by a mail with the final statement, which the settings show as well', async () => {
    await using api = await startTestApi();
    const { client, accountId } = await api.signUp(EMAIL);
    const { database } = api;
    const move = (kind: 'top_up' | 'grant' | 'refund', amountNanoUsd: bigint) =>
      credit(database, { accountId, kind, amountNanoUsd, ref: `test:${kind}` });
    await move('top_up', 20_000_000_000n);
    await move('grant', 5_000_000_000n);
    await move('refund', -2_500_000_000n);
    await seedRequest(database, { accountId, chargeNanoUsd: 1_250_000_000n });
    await seedRequest(database, { accountId, state: 'held', holdNanoUsd: 500_000_000n });
    // What it sums up was taken from the balance when it was charged.
    const closing = {
      accountId,
      id: newId('entry'),
      kind: 'day_close' as const,
      ref: 'day_close:2026-01-01',
    };
    await database.db.insert(entries).values({ ...closing, amountNanoUsd: -1_000_000_000n });
    await database.sql`update accounts set balance_nano_usd = balance_nano_usd - 1000000000`;
    const statement = {
      toppedUpNanoUsd: '20000000000',
      creditedOtherwiseNanoUsd: '2500000000',
      spentNanoUsd: '2250000000',
      balanceNanoUsd: '20250000000',
      heldNanoUsd: '500000000',
    };
    expect(await client.leaving.finalStatement.query()).toEqual(statement);
    await client.leaving.requestDeletion.mutate({ confirmation: EMAIL });
    const [mail] = await api.deliver();
    for (const line of [
      'Topped up: $20',
      'Granted, refunded and adjusted: $2.5',
      'Spent: $2.25',
      'Left on the balance: $20.25',
      'Of it, what calls still running may cost: $0.5',
    ]) {
      expect(mail?.text.split('\n')).toContain(line);
    }
    const again = await sessionOf(api, EMAIL);
    expect(await again.leaving.finalStatement.query()).toEqual(statement);
  });

  it('asks for the account’s own e-mail, and that the person has just proved who they are', async () => {
    await using api = await startTestApi();
    const { client } = await api.signUp(EMAIL);
    for (const confirmation of ['bob@example.com', 'ada']) {
      expect(await errorOf(client.leaving.requestDeletion.mutate({ confirmation }))).toMatchObject({
        weirCode: 'invalid_request',
        param: 'confirmation',
      });
    }
    await api.database.db.update(sessions).set({ authenticatedAt: new Date(Date.now() - DAY_MS) });
    for (const call of [
      () => client.leaving.requestDeletion.mutate({ confirmation: EMAIL }),
      () => client.leaving.export.mutate(),
    ]) {
      expect(await errorOf(call())).toMatchObject({ weirCode: 'reauthentication_required' });
    }
    expect((await client.auth.me.query()).deletion).toBeNull();
  });

  it('keeps keys from being made, whoever makes them, until it is taken back', async () => {
    await using api = await startTestApi();
    const { client, accountId, key } = await seedPerson(api);
    await client.leaving.requestDeletion.mutate({ confirmation: EMAIL });
    const again = await sessionOf(api, EMAIL);
    for (const call of [
      () => again.keys.create.mutate({ name: 'CI' }),
      () => again.playground.createKey.mutate(),
    ]) {
      expect(await errorOf(call())).toMatchObject({ weirCode: 'conflict', httpStatus: 409 });
    }
    await again.leaving.cancelDeletion.mutate();
    expect((await again.auth.me.query()).deletion).toBeNull();
    await again.keys.create.mutate({ name: 'CI' });
    // What has ended stays ended.
    expect(await errorOf(api.client(key).account.balance.query())).toMatchObject({
      weirCode: 'api_key_revoked',
    });
    expect(await errorOf(again.leaving.cancelDeletion.mutate())).toMatchObject({ weirCode: 'not_found' });
    await endGrace(api);
    expect(await eraseAccount(api.database, accountId)).toBe('not_due');
  });

  it('waits for a key that is being made, and ends it too', async () => {
    await using api = await startTestApi();
    const { client, accountId } = await api.signUp(EMAIL);
    const { db, sql } = api.database;
    const [allowed, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const making = db.transaction(async (tx) => {
      await requireOpenAccount(tx, accountId);
      allowed.resolve();
      await gate.promise;
      await createKey(tx, { accountId, name: 'CI' });
    });
    await allowed.promise;
    const leaving = client.leaving.requestDeletion.mutate({ confirmation: EMAIL });
    const waiting = async () => (await sql`select 1 from pg_locks where not granted`).length;
    await expect.poll(waiting, { timeout: 20_000 }).toBe(1);
    gate.resolve();
    await Promise.all([making, leaving]);
    const keys = await db.select().from(apiKeys).where(eq(apiKeys.accountId, accountId));
    expect(keys.map(({ name, revokedAt }) => [name, revokedAt])).toEqual([['CI', expect.any(Date)]]);
  });

  it('is refused to the last owner', async () => {
    await using api = await startTestApi();
    const ada = await api.signUp(EMAIL);
    const bob = await api.signUp('bob@example.com');
    await api.database.db.update(users).set({ staffRole: 'owner' });
    const both = await Promise.allSettled([
      ada.client.leaving.requestDeletion.mutate({ confirmation: EMAIL }),
      bob.client.leaving.requestDeletion.mutate({ confirmation: 'bob@example.com' }),
    ]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(await api.database.db.$count(accountClosures)).toBe(1);
  });
});

describe('after the time of grace', () => {
  it('nothing says any more whose the account was, and its books stay as they were', async () => {
    await using api = await startTestApi();
    const { client, accountId, userId } = await seedPerson(api);
    const bystander = await api.signUp('bob@example.com');
    await bystander.client.keys.create.mutate({ name: 'Bob’s' });
    await client.leaving.requestDeletion.mutate({ confirmation: EMAIL });
    await seedGrace(api, userId);

    // The scan finds what is there: each column that can say who somebody is has something to find.
    const before = await dumpOf(api);
    for (const [table, { owner, columns }] of Object.entries(DATA_INVENTORY)) {
      if (owner === 'passing') continue;
      for (const column of columns.personal ?? []) {
        const [seeded] = await api.database.sql`
          select count(*)::int as rows from ${api.database.sql(table)} t
          where t.${api.database.sql(column)}::text ~ ${`${CANARY}|${CANARY_ADDRESS}`}`;
        expect([table, column, seeded?.['rows']]).toEqual([table, column, expect.toSatisfy((n) => n > 0)]);
      }
    }
    const statement = await readMovements(api.database, accountId);

    expect(await erase(api)).toEqual([]);
    await endGrace(api);
    expect(await erase(api)).toMatchObject([{ accountId, msg: 'Erased an account that was left.' }]);

    const after = await dumpOf(api);
    for (const word of [CANARY, CANARY_ADDRESS]) expect(JSON.stringify(after)).not.toContain(word);
    expect(JSON.stringify(after)).not.toContain(userId);
    for (const table of ['accounts', 'entries', 'requests', 'usage_daily', 'usage_hourly', 'key_spend']) {
      expect(after[table]).toBe(before[table]?.replaceAll(CANARY_ADDRESS, ''));
      expect(after[table]).toContain(accountId);
    }
    // The present day's charges stand at the moment of reading.
    const movements = statement.movements.map((movement) => ({ ...movement, at: expect.any(String) }));
    expect(await readMovements(api.database, accountId)).toEqual({ ...statement, movements });
    expect(await verify(api.database)).toMatchObject({ ok: true, accounts: 2 });
    expect((await bystander.client.keys.list.query()).items).toHaveLength(1);

    // Another run finds it done, and the address is free.
    expect(await erase(api)).toEqual([]);
    expect(await eraseAccount(api.database, accountId)).toBe('not_due');
    expect(await dumpOf(api)).toEqual(after);
    await api.signUp(EMAIL);
  });

  it('several servers erase once', async () => {
    await using api = await startTestApi();
    const { client, accountId } = await seedPerson(api);
    await client.leaving.requestDeletion.mutate({ confirmation: EMAIL });
    await endGrace(api);
    const outcomes = await Promise.all([1, 2, 3].map(() => eraseAccount(api.database, accountId)));
    expect(outcomes.toSorted()).toEqual(['erased', 'not_due', 'not_due']);
  });
});
