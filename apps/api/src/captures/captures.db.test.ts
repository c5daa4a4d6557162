import { newCaptureKeyPair } from '@weir/core/capture-seal';
import { newId } from '@weir/core/ids';
import { captureLog, captureRecords, keyCaptures, sessions } from '@weir/db/schema';
import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { eraseAccount } from '../leaving/erase-account.ts';
import { errorOf, startTestApi } from '../testing/start-test-api.ts';
import { seatEveryone, seatPerson } from '../testing/seat-people.ts';
import { unzipExport } from '../testing/unzip-export.ts';
import { purgeCaptures } from './purge-captures.ts';

const HOUR_MS = 3_600_000;
const WITH_CAPTURE = { WEIR_BRAND: 'bananarouter' };

async function newPublicKey(): Promise<string> {
  return Buffer.from((await newCaptureKeyPair()).publicKey).toString('base64url');
}

async function setUp() {
  const api = await startTestApi({}, WITH_CAPTURE);
  const { holder, keyId, credentials } = await seatEveryone(api.database);
  const client = api.client(holder.sessionToken);
  const { db } = api.database;
  const start = async (hours = 1, of = keyId) =>
    client.captures.start.mutate({ keyId: of, hours, publicKey: await newPublicKey() });
  return {
    ...api,
    db,
    holder,
    client,
    clientOf: (token: string | undefined) => api.client(token),
    keyId,
    credentials,
    start,
    /** As the relay writes it; sealed shorter than it was. */
    async addRecord(captureId: string) {
      const requestId = newId('request');
      await db.insert(captureRecords).values({
        captureId,
        requestId,
        accountId: holder.accountId,
        modelId: 'test/model',
        status: 200,
        startedAt: new Date(),
        durationMs: 5,
        requestBytes: 4,
        replyBytes: 100,
        encapsulated: new Uint8Array(65).fill(1),
        sealedRequest: new Uint8Array(20).fill(2),
        sealedReply: new Uint8Array(20).fill(3),
      });
      return requestId;
    },
    /** As if its time had come. */
    elapse: () =>
      api.database
        .sql`update key_captures set started_at = now() - interval '1 day', ends_at = now() - interval '1 second'`,
    log: async () =>
      (await db.select().from(captureLog).orderBy(captureLog.id)).map(({ action, userId }) => [
        action,
        userId,
      ]),
  };
}

describe('a capture', () => {
  it('is on for the time that was chosen, for all of the account to see', async () => {
    await using test = await setUp();
    const { client, keyId, holder } = test;
    expect(await client.captures.find.query({ keyId })).toMatchObject({
      keyName: 'CI',
      capture: null,
      log: [],
    });
    expect((await client.auth.me.query()).captures).toEqual([]);

    const capture = await test.start(24);
    expect(capture).toMatchObject({ keyId, isOn: true, dropped: 0 });
    expect(new Date(capture.endsAt).getTime() - new Date(capture.startedAt).getTime()).toBe(24 * HOUR_MS);
    expect((await client.auth.me.query()).captures).toEqual([
      { keyId, keyName: 'CI', endsAt: capture.endsAt },
    ]);
    const mails = await test.deliver();
    expect(mails).toMatchObject([{ text: expect.stringContaining('the key “CI”') }]);
    expect(mails[0]?.text).toContain(capture.endsAt.slice(11, 16));

    await client.captures.stop.mutate({ keyId });
    await client.captures.stop.mutate({ keyId });
    expect((await client.auth.me.query()).captures).toEqual([]);
    const found = await client.captures.find.query({ keyId });
    expect(found.capture).toMatchObject({ captureId: capture.captureId, isOn: false });
    const [user] = found.log;
    expect(found.log.map(({ action }) => action)).toEqual(['off', 'on']);
    expect(user?.by).toContain('@example.com');
    expect(await test.log()).toEqual([
      ['on', holder.userId],
      ['off', holder.userId],
    ]);
  });

  it('lasts a whole number of hours, a day at most, which the database sees to as well', async () => {
    await using test = await setUp();
    const { client, keyId } = test;
    const publicKey = await newPublicKey();
    for (const hours of [0, 25, 1.5]) {
      const refusal = await errorOf(client.captures.start.mutate({ keyId, hours, publicKey }));
      expect(refusal).toMatchObject({ httpStatus: 400, fieldErrors: { hours: expect.anything() } });
    }
    const { captureId } = await test.start();
    const stretch = test.db
      .update(keyCaptures)
      .set({ endsAt: new Date(Date.now() + 25 * HOUR_MS) })
      .where(eq(keyCaptures.id, captureId));
    await expect(stretch).rejects.toMatchObject({
      cause: { constraint_name: 'key_captures_a_day_at_most' },
    });
  });

  it('is made for a public key and for nothing else', async () => {
    await using test = await setUp();
    const { client, keyId } = test;
    const notOnCurve = Buffer.alloc(65, 4).toString('base64url');
    for (const publicKey of ['', 'AAAA', '*', notOnCurve]) {
      const refusal = await errorOf(client.captures.start.mutate({ keyId, hours: 1, publicKey }));
      expect(refusal).toMatchObject({ httpStatus: 400 });
    }
    expect(await test.db.$count(keyCaptures)).toBe(0);
  });

  it('is switched on by somebody who has just proved who they are, and off by whoever is signed in', async () => {
    await using test = await setUp();
    const { keyId } = await test.start();
    await test.db.update(sessions).set({ authenticatedAt: new Date(Date.now() - HOUR_MS) });
    await test.client.captures.stop.mutate({ keyId });
    expect(await errorOf(test.start())).toMatchObject({ weirCode: 'reauthentication_required' });
  });

  it('is nobody else’s: no other holder’s, no staff’s, no program’s', async () => {
    await using test = await setUp();
    const { keyId } = test;
    const { captureId } = await test.start();
    const requestId = await test.addRecord(captureId);
    const publicKey = await newPublicKey();
    for (const [seat, token] of test.credentials) {
      if (seat === 'holder') continue;
      const { captures } = test.clientOf(token);
      const expected =
        seat === 'anonymous' ? 'not_signed_in' : seat.endsWith('_key') ? 'forbidden' : 'not_found';
      for (const call of [
        () => captures.find.query({ keyId }),
        () => captures.start.mutate({ keyId, hours: 1, publicKey }),
        () => captures.stop.mutate({ keyId }),
        () => captures.remove.mutate({ keyId }),
        () => captures.records.query({ keyId }),
        () => captures.record.query({ keyId, requestId }),
        () => captures.removeRecord.mutate({ keyId, requestId }),
      ]) {
        expect([seat, (await errorOf(call())).weirCode]).toEqual([seat, expected]);
      }
    }
    expect((await test.client.captures.records.query({ keyId })).items).toHaveLength(1);
  });

  it('is one for each key, on a few keys at a time, and on none that is revoked', async () => {
    await using test = await setUp();
    const { client, keyId } = test;
    const first = await test.start();
    expect(await errorOf(test.start())).toMatchObject({ weirCode: 'conflict' });
    await test.addRecord(first.captureId);
    await client.captures.stop.mutate({ keyId });
    const second = await test.start();
    expect(second.captureId).not.toBe(first.captureId);
    expect(await test.db.$count(captureRecords)).toBe(0);

    const more = [];
    for (let keys = 0; keys < 5; keys++) more.push((await client.keys.create.mutate({ name: 'more' })).keyId);
    const [last, ...rest] = more;
    for (const of of rest) await test.start(1, of);
    expect(await errorOf(test.start(1, last))).toMatchObject({
      weirCode: 'conflict',
      message: expect.stringContaining('at most 5'),
    });
    await client.keys.revoke.mutate({ keyId });
    expect((await client.auth.me.query()).captures).toHaveLength(4);
    expect((await client.captures.find.query({ keyId })).capture).toMatchObject({ isOn: false });
    expect(await errorOf(test.start())).toMatchObject({ weirCode: 'conflict' });
  });
});

describe('what was captured', () => {
  it('is listed, handed out sealed, and deleted one by one or as a whole', async () => {
    await using test = await setUp();
    const { client, keyId } = test;
    const { captureId } = await test.start();
    const [one, two, three] = [
      await test.addRecord(captureId),
      await test.addRecord(captureId),
      await test.addRecord(captureId),
    ];
    const page = await client.captures.records.query({ keyId, limit: 2 });
    expect(page.items.map(({ requestId }) => requestId).sort()).toEqual([one, two, three].sort().slice(1));
    const { items } = await client.captures.records.query({ keyId, limit: 2, cursor: page.nextCursor ?? '' });
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({ isRequestCut: false, isReplyCut: true, modelId: 'test/model' });
    expect(items[0]).not.toHaveProperty('sealedRequest');

    expect(await client.captures.record.query({ keyId, requestId: one })).toMatchObject({
      captureId,
      sealedRequest: Buffer.alloc(20, 2).toString('base64'),
      sealedReply: Buffer.alloc(20, 3).toString('base64'),
    });
    await client.captures.removeRecord.mutate({ keyId, requestId: one });
    expect(await errorOf(client.captures.record.query({ keyId, requestId: one }))).toMatchObject({
      weirCode: 'not_found',
    });
    await client.captures.remove.mutate({ keyId });
    expect(await test.db.$count(captureRecords)).toBe(0);
    expect((await client.captures.find.query({ keyId })).log[0]).toMatchObject({ action: 'deleted' });
  });

  it('is gone when its time is over: at once for whoever asks, and then from the tables', async () => {
    await using test = await setUp();
    const { client, keyId, holder } = test;
    const { captureId } = await test.start();
    const requestId = await test.addRecord(captureId);
    await purgeCaptures(test.db);
    expect(await test.db.$count(captureRecords)).toBe(1);
    await test.elapse();
    expect((await client.auth.me.query()).captures).toEqual([]);
    expect((await client.captures.find.query({ keyId })).capture).toBeNull();
    for (const call of [
      () => client.captures.records.query({ keyId }),
      () => client.captures.record.query({ keyId, requestId }),
    ]) {
      expect(await errorOf(call())).toMatchObject({ weirCode: 'not_found' });
    }
    await purgeCaptures(test.db);
    await purgeCaptures(test.db);
    expect(await test.db.$count(keyCaptures)).toBe(0);
    expect(await test.db.$count(captureRecords)).toBe(0);
    expect(await test.log()).toEqual([
      ['on', holder.userId],
      ['over', null],
    ]);
  });

  it('is in no export, and erased with its account; who switched it on stays in a log nobody changes', async () => {
    await using test = await setUp();
    const { captureId } = await test.start();
    await test.addRecord(captureId);
    const { ticket } = await test.client.leaving.export.mutate();
    const files = await unzipExport(test.url, ticket);
    expect(JSON.parse(files['capture_log.json'] ?? '')).toMatchObject([{ action: 'on', key_id: test.keyId }]);
    expect(files['capture_records.json']).not.toMatch(/sealed|encapsulated/);
    expect(files['key_captures.json']).not.toContain('public_key');

    const { accountId } = test.holder;
    await test.database
      .sql`insert into account_closures (account_id, erase_after) values (${accountId}, now())`;
    expect(await eraseAccount(test.database, accountId)).toBe('erased');
    expect(await test.db.$count(captureRecords)).toBe(0);
    expect(await test.db.$count(keyCaptures)).toBe(0);
    await expect(test.database.sql`delete from capture_log`).rejects.toThrow('append');
    expect(await test.log()).toHaveLength(1);
  });

  it('shows the staff who switched what on, and nothing else', async () => {
    await using test = await setUp();
    await test.start();
    const { accountId } = test.holder;
    const support = await seatPerson(test.database, 'support');
    const account = await test.clientOf(support.sessionToken).admin.accounts.get.query({ accountId });
    expect(account.captureLog).toMatchObject([{ action: 'on', keyId: test.keyId }]);
  });
});

it.each([{}, { WEIR_BRAND: 'treerouter' }])('nothing is captured under the profile %o', async (env) => {
  await using api = await startTestApi({}, env);
  const { holder, keyId } = await seatEveryone(api.database);
  const { captures, auth } = api.client(holder.sessionToken);
  const publicKey = await newPublicKey();
  const requestId = newId('request');
  for (const call of [
    () => captures.find.query({ keyId }),
    () => captures.start.mutate({ keyId, hours: 1, publicKey }),
    () => captures.stop.mutate({ keyId }),
    () => captures.remove.mutate({ keyId }),
    () => captures.records.query({ keyId }),
    () => captures.record.query({ keyId, requestId }),
    () => captures.removeRecord.mutate({ keyId, requestId }),
  ]) {
    expect(await errorOf(call())).toMatchObject({
      weirCode: 'forbidden',
      message: expect.stringContaining('No calls are captured here'),
    });
  }
  expect((await auth.me.query()).captures).toEqual([]);
  expect(await api.database.db.$count(keyCaptures)).toBe(0);
});
