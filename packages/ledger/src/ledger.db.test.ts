import { requests, usageDaily, usageHourly } from '@weir/db/schema';
import { eq } from 'drizzle-orm';
import { describe, expect, inject, it } from 'vitest';
import { expireHolds, openLedger, verify } from './index.ts';
import { newHold, openTestLedger, settling, voiding, type TestLedger } from './testing.ts';

const open = (lanes?: number) => openTestLedger(inject('clusterUrl'), lanes === undefined ? {} : { lanes });

const rowsOf = ({ db }: TestLedger) => db.select().from(requests).orderBy(requests.id);

describe('a hold', () => {
  it('becomes a charge, and what was held above it is free again', async () => {
    await using test = await open();
    const account = await test.createAccount(1000n);
    const call = newHold(account, 400n, { marginPpm: 5, disconnectPolicy: 'drain' });

    expect(await test.ledger.hold(call)).toEqual({ granted: true, availableNanoUsd: 600n });
    expect(await test.money(account.accountId)).toEqual({ balance: 1000n, held: 400n, running: 1 });
    const usage = { inputTokens: 0, outputTokens: 7, cacheWrite1hTokens: 3, usageSource: 'vendor' } as const;
    expect(await test.ledger.close(settling(call, 150n, usage))).toBe('closed');
    expect(await test.money(account.accountId)).toEqual({ balance: 850n, held: 0n, running: 0 });
    expect(await rowsOf(test)).toMatchObject([
      {
        state: 'settled',
        chargeNanoUsd: 150n,
        overrunNanoUsd: 0n,
        holdNanoUsd: 400n,
        cachedInputTokens: null,
        marginPpm: 5,
        disconnectPolicy: 'drain',
        ...usage,
      },
    ]);
  });

  it('is returned whole when it is voided', async () => {
    await using test = await open();
    const account = await test.createAccount(1000n);
    const call = newHold(account, 400n);
    await test.ledger.hold(call);
    expect(await test.ledger.close(voiding(call))).toBe('closed');
    expect(await test.money(account.accountId)).toEqual({ balance: 1000n, held: 0n, running: 0 });
  });

  it('is refused above what is available, says what is, and leaves no row', async () => {
    await using test = await open();
    const account = await test.createAccount(1000n);
    await test.ledger.hold(newHold(account, 400n));
    expect(await test.ledger.hold(newHold(account, 601n))).toEqual({
      granted: false,
      refusal: { by: 'balance', leftNanoUsd: 600n },
    });
    expect(await test.db.$count(requests)).toBe(1);
    expect(await test.ledger.hold(newHold(account, 600n))).toMatchObject({ granted: true });
  });

  it('shows a charge above it as the vendor’s overrun, and takes it', async () => {
    await using test = await open();
    const account = await test.createAccount(1000n);
    const call = newHold(account, 1000n);
    await test.ledger.hold(call);
    await test.ledger.close(settling(call, 1300n));
    expect(await test.money(account.accountId)).toMatchObject({ balance: -300n, held: 0n });
    expect(await rowsOf(test)).toMatchObject([{ chargeNanoUsd: 1300n, overrunNanoUsd: 300n }]);
  });

  it('leaves `held` once, however often and by whatever way it is closed', async () => {
    await using test = await open();
    const account = await test.createAccount(1000n);
    const call = newHold(account, 400n);
    await test.ledger.hold(call);
    const results = await Promise.all([
      ...Array.from({ length: 5 }, () => test.ledger.close(settling(call, 100n))),
      ...Array.from({ length: 5 }, () => test.ledger.close(voiding(call))),
    ]);
    const [row] = await rowsOf(test);
    const stands = row?.state === 'settled' ? results.slice(0, 5) : results.slice(5);
    expect(stands).toEqual(Array(5).fill('closed'));
    expect(results.filter((result) => result === 'not_held')).toHaveLength(5);
    expect(await test.money(account.accountId)).toMatchObject({
      balance: row?.state === 'settled' ? 900n : 1000n,
      held: 0n,
    });
    expect(await verify(test)).toMatchObject({ ok: true });
  });

  it('that 64 callers race for on a balance for 10, through two relays, is granted 10 times', async () => {
    await using test = await open();
    const other = openLedger(test.url, { applicationName: 'weir test other ledger' });
    const account = await test.createAccount(1000n);
    const results = await Promise.all(
      Array.from({ length: 64 }, (_, i) => (i % 2 ? test.ledger : other).hold(newHold(account, 100n))),
    );
    await other.stop();
    expect(results.filter((result) => result.granted)).toHaveLength(10);
    expect(await test.money(account.accountId)).toEqual({ balance: 1000n, held: 1000n, running: 10 });
    expect(await verify(test)).toMatchObject({ ok: true });
  });

  it('of an account that does not exist fails alone', async () => {
    await using test = await open(1);
    const account = await test.createAccount(1000n);
    const results = await Promise.allSettled([
      test.ledger.hold(newHold(account, 1n)),
      test.ledger.hold(newHold({ accountId: 'acc_none', keyId: 'key_none' }, 1n)),
      test.ledger.hold(newHold(account, 2n)),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await test.money(account.accountId)).toMatchObject({ held: 3n });
  });
});

describe('holds that come together', () => {
  it('go in one transaction, and a refused one takes nothing from its neighbours', async () => {
    await using test = await open(1);
    const account = await test.createAccount(1000n);
    const neighbour = await test.createAccount(10n);
    const xids = async () =>
      (await test.sql<{ xid: bigint }[]>`select distinct xmin::text::bigint as xid from requests`).length;
    const asked = [900n, 2000n, 60n, 50n];
    const results = await Promise.all([
      ...asked.map((amount) => test.ledger.hold(newHold(account, amount))),
      test.ledger.hold(newHold(neighbour, 10n)),
    ]);
    // In the order in which they came.
    expect(results.map(({ granted }) => granted)).toEqual([true, false, true, false, true]);
    expect(results[1]).toMatchObject({ refusal: { by: 'balance', leftNanoUsd: 100n } });
    expect(results[3]).toMatchObject({ refusal: { by: 'balance', leftNanoUsd: 40n } });
    expect(await xids()).toBe(1);
    expect(await test.money(account.accountId)).toMatchObject({ held: 960n });
  });

  it('and closings in one batch each have their own effect', async () => {
    await using test = await open(1);
    const accounts = [await test.createAccount(1000n), await test.createAccount(1000n)] as const;
    const calls = accounts.flatMap((account) => [1n, 2n, 3n].map((amount) => newHold(account, amount * 10n)));
    await Promise.all(calls.map((call) => test.ledger.hold(call)));
    const [first, ...rest] = calls;
    if (!first) throw new Error('no call');
    await Promise.all([
      ...rest.map((call) => test.ledger.close(settling(call, 5n))),
      test.ledger.close(voiding(first)),
    ]);
    expect(await test.money(accounts[0].accountId)).toEqual({ balance: 990n, held: 0n, running: 0 });
    expect(await test.money(accounts[1].accountId)).toEqual({ balance: 985n, held: 0n, running: 0 });
    expect(await verify(test)).toMatchObject({ ok: true });
  });
});

describe('a key’s budget', () => {
  it.each(['total', 'day', 'week', 'month'] as const)(
    'of %s covers what is held and spent',
    async (period) => {
      await using test = await open();
      const { accountId } = await test.createAccount(10_000n);
      const column = {
        total: 'budgetTotalNanoUsd',
        day: 'budgetDayNanoUsd',
        week: 'budgetWeekNanoUsd',
        month: 'budgetMonthNanoUsd',
      } as const;
      const keyId = await test.addKey(accountId, { [column[period]]: 100n });
      const account = { accountId, keyId };
      const first = newHold(account, 60n);
      expect(await test.ledger.hold(first)).toMatchObject({ granted: true });
      expect(await test.ledger.hold(newHold(account, 41n))).toEqual({
        granted: false,
        refusal: { by: 'key_budget', period, leftNanoUsd: 40n },
      });
      await test.ledger.close(settling(first, 30n));
      expect(await test.ledger.hold(newHold(account, 71n))).toMatchObject({
        refusal: { by: 'key_budget', period, leftNanoUsd: 70n },
      });
      expect(await test.ledger.hold(newHold(account, 70n))).toMatchObject({ granted: true });
      expect(await test.spend(keyId)).toMatchObject({ heldNanoUsd: 70n, running: 1, spentTotalNanoUsd: 30n });
    },
  );

  it('begins anew with its period, but for the total', async () => {
    await using test = await open();
    const { accountId } = await test.createAccount(10_000n);
    const keyId = await test.addKey(accountId, { budgetDayNanoUsd: 100n });
    const account = { accountId, keyId };
    await test.sql`
      update key_spend set day = (now() at time zone 'UTC')::date - 1, spent_day_nano_usd = 100,
                           spent_total_nano_usd = 100 where key_id = ${keyId}`;
    const call = newHold(account, 100n);
    expect(await test.ledger.hold(call)).toMatchObject({ granted: true });
    await test.ledger.close(settling(call, 40n));
    expect(await test.spend(keyId)).toMatchObject({ spentDayNanoUsd: 40n, spentTotalNanoUsd: 140n });
    await test.sql`update api_keys set budget_total_nano_usd = 150 where id = ${keyId}`;
    expect(await test.ledger.hold(newHold(account, 11n))).toMatchObject({
      refusal: { by: 'key_budget', period: 'total', leftNanoUsd: 10n },
    });
  });

  it('can’t be outrun by a batch, and stops no other key', async () => {
    await using test = await open(1);
    const { accountId, keyId: free } = await test.createAccount(10_000n);
    const keyId = await test.addKey(accountId, { budgetMonthNanoUsd: 100n });
    const results = await Promise.all([
      ...Array.from({ length: 20 }, () => test.ledger.hold(newHold({ accountId, keyId }, 30n))),
      ...Array.from({ length: 20 }, () => test.ledger.hold(newHold({ accountId, keyId: free }, 30n))),
    ]);
    expect(results.slice(0, 20).filter(({ granted }) => granted)).toHaveLength(3);
    expect(results.slice(20).every(({ granted }) => granted)).toBe(true);
  });
});

describe('a limit of concurrency', () => {
  it.each(['key', 'account'] as const)('of the %s counts the calls under way', async (level) => {
    await using test = await open(1);
    const { accountId } = await test.createAccount(10_000n, level === 'account' ? { concurrencyMax: 2 } : {});
    const keyId = await test.addKey(accountId, level === 'key' ? { concurrencyMax: 2 } : {});
    const account = { accountId, keyId };
    const calls = Array.from({ length: 5 }, () => newHold(account, 1n));
    const results = await Promise.all(calls.map((call) => test.ledger.hold(call)));
    const granted = calls.filter((_, i) => results[i]?.granted);
    expect(granted).toHaveLength(2);
    expect(results.find((result) => !result.granted)).toEqual({
      granted: false,
      refusal: { by: `${level}_concurrency`, running: 2, concurrencyMax: 2 },
    });
    const [one] = granted;
    if (!one) throw new Error('none was granted');
    await test.ledger.close(voiding(one));
    expect(await test.ledger.hold(newHold(account, 1n))).toMatchObject({ granted: true });
    expect(await test.ledger.hold(newHold(account, 1n))).toMatchObject({ granted: false });
  });
});

describe('usage', () => {
  it('is rolled up by hour and by day as requests are closed', async () => {
    await using test = await open();
    const account = await test.createAccount(10_000n);
    const calls = Array.from({ length: 4 }, () => newHold(account, 100n));
    await Promise.all(calls.map((call) => test.ledger.hold(call)));
    const [a, b, c, d] = calls;
    if (!a || !b || !c || !d) throw new Error('too few calls');
    await test.ledger.close(settling(a, 10n, { inputTokens: 1, outputTokens: 2, firstByteMs: 30 }));
    await test.ledger.close(
      settling(b, 20n, {
        inputTokens: 3,
        cachedInputTokens: 1,
        outputTokens: 4,
        reasoningTokens: 3,
        firstByteMs: 50,
      }),
    );
    await test.ledger.close(voiding(c));
    await test.ledger.close({ ...voiding(d), outcome: 'client_closed' });
    const expected = {
      ...account,
      modelId: 'vendor/model',
      requests: 4,
      failed: 1,
      inputTokens: 4,
      cachedInputTokens: 1,
      outputTokens: 6,
      reasoningTokens: 3,
      chargeNanoUsd: 30n,
      firstByteMsSum: 80,
      firstByteCount: 2,
    };
    const [row] = await rowsOf(test);
    const hour = new Date(row?.createdAt ?? 0);
    hour.setUTCMinutes(0, 0, 0);
    expect(await test.db.select().from(usageHourly)).toEqual([{ ...expected, hour }]);
    expect(await test.db.select().from(usageDaily)).toEqual([
      { ...expected, day: row?.createdAt.toISOString().slice(0, 10) },
    ]);
  });
});

describe('a request whose day has no partition', () => {
  it('makes it', async () => {
    await using test = await open();
    const account = await test.createAccount(10n);
    for (const { table } of await test.sql<{ table: string }[]>`
      select child.relname as table from pg_inherits join pg_class child on child.oid = inhrelid
      where inhparent = 'requests'::regclass`) {
      await test.sql`drop table ${test.sql(table)}`;
    }
    const call = newHold(account, 10n);
    expect(await test.ledger.hold(call)).toMatchObject({ granted: true });
    expect(await test.ledger.close(settling(call, 1n))).toBe('closed');
  });
});

describe('the sweep', () => {
  it('releases holds whose time is over, and only these', async () => {
    await using test = await open();
    const [one, two] = [await test.createAccount(1000n), await test.createAccount(1000n)];
    const past = { ttlMs: -1 };
    const late = newHold(one, 100n, past);
    for (const call of [late, newHold(one, 200n, past), newHold(two, 300n, past), newHold(one, 50n)]) {
      await test.ledger.hold(call);
    }
    const released = await Promise.all([expireHolds(test), expireHolds(test)]);
    expect(released[0] + released[1]).toBe(3);
    expect(await test.money(one.accountId)).toEqual({ balance: 1000n, held: 50n, running: 1 });
    expect(await test.money(two.accountId)).toEqual({ balance: 1000n, held: 0n, running: 0 });
    expect(await test.spend(one.keyId)).toMatchObject({ heldNanoUsd: 50n, running: 1 });
    expect(await verify(test)).toMatchObject({ ok: true, accounts: 2 });
  });

  it('remembers how far it came, and looks no further back', async () => {
    await using test = await open();
    const account = await test.createAccount(1000n);
    expect(await expireHolds(test)).toBe(0);
    const longAgo = newHold(account, 1n, { ttlMs: -60 * 60_000 });
    const recent = newHold(account, 2n, { ttlMs: -30_000 });
    await test.ledger.hold(longAgo);
    await test.ledger.hold(recent);
    expect(await expireHolds(test)).toBe(1);
    const [row] = await test.db.select().from(requests).where(eq(requests.id, longAgo.requestId));
    expect(row?.state).toBe('held');
  });

  it('leaves a charge that comes later to the journal, once', async () => {
    await using test = await open();
    const account = await test.createAccount(1000n);
    const call = newHold(account, 100n, { ttlMs: -1 });
    await test.ledger.hold(call);
    await expireHolds(test);
    expect(await test.ledger.close(settling(call, 70n))).toBe('late');
    expect(await test.ledger.close(settling(call, 70n))).toBe('late');
    expect(await test.money(account.accountId)).toEqual({ balance: 930n, held: 0n, running: 0 });
    expect(await test.spend(account.keyId)).toMatchObject({ spentTotalNanoUsd: 70n, spentDayNanoUsd: 70n });
    expect(await verify(test)).toMatchObject({ ok: true });
  });
});
