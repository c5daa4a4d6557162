import { ensureRequestDays, listRequestDays, utcDay } from '@weir/db/request-days';
import { entries, legalHoldRequests, legalHolds, requests, usageDaily } from '@weir/db/schema';
import { desc, eq } from 'drizzle-orm';
import { describe, expect, inject, it } from 'vitest';
import { closeDay, verify, verifyAccount } from './index.ts';
import { callOn, newHold, openTestLedger, settling, type TestLedger } from './testing.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const DAYS = [4, 3, 2].map((ago) => utcDay(Date.now() - ago * DAY_MS)) as [string, string, string];

/** Three days that are over, with charges of 10 and 20 by one account, of 3 by another, and none by a third. */
async function setUp() {
  const test = await openTestLedger(inject('clusterUrl'));
  await ensureRequestDays(test.sql, Date.parse(DAYS[0]));
  const accounts = [
    await test.createAccount(10_000n),
    await test.createAccount(10_000n),
    await test.createAccount(10_000n),
  ] as const;
  for (const day of DAYS) {
    await callOn(test, day, accounts[0], 10n);
    await callOn(test, day, accounts[0], 20n);
    await callOn(test, day, accounts[1], 3n);
    await callOn(test, day, accounts[2], 'void');
  }
  return { ...test, accounts };
}

const daysOf = async ({ sql }: TestLedger) => (await listRequestDays(sql)).map(({ day }) => day);
const closings = ({ db }: TestLedger) =>
  db.select().from(entries).where(eq(entries.kind, 'day_close')).orderBy(desc(entries.amountNanoUsd));

describe('closing a day', () => {
  it('puts an entry in the place of each account’s requests, and moves no balance', async () => {
    await using test = await setUp();
    const balances = () => Promise.all(test.accounts.map(({ accountId }) => test.money(accountId)));
    const usage = () => test.db.select().from(usageDaily).orderBy(usageDaily.accountId, usageDaily.day);
    const before = [await balances(), await usage()];
    const [one, two] = test.accounts;

    expect(await closeDay(test, DAYS[0])).toEqual({ outcome: 'closed', accounts: 2, chargesNanoUsd: 33n });
    expect(await closings(test)).toMatchObject([
      { accountId: two.accountId, amountNanoUsd: -3n, ref: `day_close:${DAYS[0]}:${two.accountId}` },
      { accountId: one.accountId, amountNanoUsd: -30n, ref: `day_close:${DAYS[0]}:${one.accountId}` },
    ]);
    for (const { id } of await closings(test)) expect(id).toMatch(/^ent_[0-9a-hjkmnp-tv-z]{26}$/);
    expect(await daysOf(test)).not.toContain(DAYS[0]);
    expect(await test.db.$count(requests)).toBe(8);
    expect([await balances(), await usage()]).toEqual(before);
    expect(await verify(test)).toMatchObject({ ok: true, accounts: 3 });
    expect(await verifyAccount(test, one.accountId)).toMatchObject({
      ok: true,
      entries: [{ kind: 'grant', count: 1 }],
      openDays: { firstDay: DAYS[1], chargesNanoUsd: 60n },
      closedDays: { count: 1, chargesNanoUsd: 30n },
    });
  });

  it('a second time, or by several at once, changes nothing', async () => {
    await using test = await setUp();
    for (const day of DAYS) {
      const outcomes = await Promise.all(Array.from({ length: 6 }, () => closeDay(test, day)));
      expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['closed', ...Array(5).fill('gone')]);
      expect(await closeDay(test, day)).toEqual({ outcome: 'gone' });
    }
    expect(await closings(test)).toHaveLength(6);
    expect(await verify(test)).toMatchObject({ ok: true });
  });

  it('waits for its holds, and for the days before it', async () => {
    await using test = await setUp();
    const held = await callOn(test, DAYS[0], test.accounts[2], 'held');
    expect(await closeDay(test, DAYS[0])).toEqual({ outcome: 'held' });
    expect(await closeDay(test, DAYS[1])).toEqual({ outcome: 'not_oldest' });
    expect(await daysOf(test)).toEqual(expect.arrayContaining(DAYS));
    expect(await test.elsewhere.close(settling(held, 4n))).toBe('closed');

    for (const day of DAYS) expect(await closeDay(test, day)).toMatchObject({ outcome: 'closed' });
    expect(await verifyAccount(test, test.accounts[2].accountId)).toMatchObject({
      ok: true,
      balanceNanoUsd: 9_996n,
      closedDays: { count: 1, chargesNanoUsd: 4n },
    });
  });

  it('never touches a day that is not over for a day, nor what is none', async () => {
    await using test = await setUp();
    for (const day of DAYS) await closeDay(test, day);
    for (const ago of [1, 0, -1]) {
      await expect(closeDay(test, utcDay(Date.now() - ago * DAY_MS))).rejects.toThrow(RangeError);
    }
    await expect(closeDay(test, '2026-1-1; drop table accounts')).rejects.toThrow(RangeError);
    expect(await closeDay(test, '2020-01-01')).toEqual({ outcome: 'gone' });
  });

  it('gives up where somebody reads the requests, keeps the day as it is, and succeeds later', async () => {
    await using test = await setUp();
    const reading = await test.sql.reserve();
    await reading`begin`;
    await reading`select count(*) from requests`;
    await expect(closeDay(test, DAYS[0])).rejects.toMatchObject({ code: '55P03' });
    expect(await closings(test)).toEqual([]);
    expect(await verify(test)).toMatchObject({ ok: true });
    // From the first try on nothing can be added to what is being summed up.
    await expect(callOn(test, DAYS[0], test.accounts[0], 5n)).rejects.toMatchObject({ code: '23001' });
    await reading`commit`;
    reading.release();
    expect(await closeDay(test, DAYS[0])).toEqual({ outcome: 'closed', accounts: 2, chargesNanoUsd: 33n });
  });

  it('leaves the books right at every instant, with calls going on', async () => {
    await using test = await setUp();
    const ended = new AbortController();
    const callers = test.accounts.map(async (account) => {
      while (!ended.signal.aborted) {
        const call = newHold(account, 50n);
        if ((await test.ledger.hold(call)).granted) await test.ledger.close(settling(call, 1n));
      }
    });
    let verified = 0;
    const verifier = (async () => {
      while (!ended.signal.aborted) {
        const { ok, mismatches } = await verify(test);
        expect({ ok, mismatches }).toEqual({ ok: true, mismatches: [] });
        verified++;
      }
    })();
    for (const day of DAYS) {
      let outcome = '';
      // While the requests are being verified a try may fail; the next one comes.
      while (outcome !== 'closed')
        outcome = await closeDay(test, day).then(
          (done) => done.outcome,
          () => 'failed',
        );
    }
    ended.abort();
    await Promise.all([...callers, verifier]);
    expect(verified).toBeGreaterThan(0);
    expect(await closings(test)).toHaveLength(6);
    expect(await verify(test)).toMatchObject({ ok: true, accounts: 3 });
  });
});

describe('a legal hold', () => {
  it('keeps the requests of its account aside when their day is dropped, whole, and nobody else’s', async () => {
    await using test = await setUp();
    const [{ accountId }] = test.accounts;
    await test.db.insert(legalHolds).values({ accountId, reference: '7 O 12/26' });
    const before = await test.db.select().from(requests).where(eq(requests.accountId, accountId));

    expect(await closeDay(test, DAYS[0])).toMatchObject({ outcome: 'closed', accounts: 2 });
    const kept = await test.db.select().from(legalHoldRequests).orderBy(legalHoldRequests.id);
    expect(kept).toHaveLength(2);
    for (const { accountId: of, id, request } of kept) {
      const row = before.find((one) => one.id === id);
      expect(of).toBe(accountId);
      expect(request).toMatchObject({
        id,
        key_id: row?.keyId,
        model_id: row?.modelId,
        state: 'settled',
        charge_nano_usd: Number(row?.chargeNanoUsd),
      });
    }
    expect(await verify(test)).toMatchObject({ ok: true });
  });
});
