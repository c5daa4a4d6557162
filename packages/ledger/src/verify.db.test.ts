import { newId } from '@weir/core/ids';
import { listRequestDays } from '@weir/db/request-days';
import { describe, expect, inject, it } from 'vitest';
import { credit, expireHolds, verify, verifyAccount } from './index.ts';
import { newHold, openTestLedger, settling, voiding, type TestLedger } from './testing.ts';

const open = () => openTestLedger(inject('clusterUrl'));

/** Two accounts of 1000 that called, the first with a call of 100 under way and one of 70 charged. */
async function openBooks() {
  const test = await open();
  const [one, two] = [await test.createAccount(1000n), await test.createAccount(1000n)];
  for (const account of [one, two]) {
    const call = newHold(account, 200n);
    await test.ledger.hold(call);
    await test.ledger.close(settling(call, 70n));
    const failed = newHold(account, 300n);
    await test.ledger.hold(failed);
    await test.ledger.close(voiding(failed));
  }
  await test.ledger.hold(newHold(one, 100n));
  return { ...test, one, two };
}

const sound = {
  balanceNanoUsd: 930n,
  expectedBalanceNanoUsd: 930n,
  heldNanoUsd: 100n,
  expectedHeldNanoUsd: 100n,
  running: 1,
  expectedRunning: 1,
  usageHourlyNanoUsd: 70n,
  expectedUsageHourlyNanoUsd: 70n,
  usageDailyNanoUsd: 70n,
  expectedUsageDailyNanoUsd: 70n,
};

/** Moves a request an hour or more from the day of its row to another day's partition, as clocks that differ do. */
async function callBetweenDays(test: TestLedger, idTime: Date, createdAt: Date): Promise<string> {
  const account = await test.createAccount(1000n);
  const call = newHold(account, 200n, { requestId: newId('request', idTime.getTime()) });
  await test.ledger.hold(call);
  await test.sql`update requests set created_at = ${createdAt.toISOString()} where id = ${call.requestId}`;
  await test.elsewhere.close(settling(call, 70n));
  return account.accountId;
}

describe('verify', () => {
  it('finds nothing to say of what the ledger did', async () => {
    await using test = await openBooks();
    await test.ledger.hold(newHold(test.two, 100n, { ttlMs: -1 }));
    expect(await expireHolds(test)).toBe(1);
    await credit(test, { accountId: test.one.accountId, kind: 'refund', amountNanoUsd: -5n, ref: 'r' });
    expect(await verify(test)).toEqual({
      ok: true,
      accounts: 2,
      keys: 2,
      mismatches: [],
      mismatchCount: 0,
      keyMismatches: [],
      keyMismatchCount: 0,
    });
  });

  it.each([
    ['update accounts set balance_nano_usd = balance_nano_usd + 1 where id = $1', { balanceNanoUsd: 931n }],
    ['update accounts set held_nano_usd = 99 where id = $1', { heldNanoUsd: 99n }],
    ['update accounts set running = 2 where id = $1', { running: 2 }],
    [
      'update usage_hourly set charge_nano_usd = 71 where account_id = $1',
      { usageHourlyNanoUsd: 71n, expectedUsageDailyNanoUsd: 71n },
    ],
    ['update usage_daily set charge_nano_usd = 71 where account_id = $1', { usageDailyNanoUsd: 71n }],
    [
      "update requests set charge_nano_usd = 69 where account_id = $1 and state = 'settled'",
      { expectedBalanceNanoUsd: 931n, expectedUsageHourlyNanoUsd: 69n },
    ],
    [
      "update requests set hold_nano_usd = 101 where account_id = $1 and state = 'held'",
      { expectedHeldNanoUsd: 101n },
    ],
    [
      "insert into entries (account_id, id, kind, amount_nano_usd, ref) values ($1, 'ent_1', 'grant', 4, 'r')",
      { expectedBalanceNanoUsd: 934n },
    ],
  ])('names the account after %s', async (statement, change) => {
    await using test = await openBooks();
    const { accountId } = test.one;
    await test.sql.unsafe(statement, [accountId]);
    const { ok, accounts, mismatches, mismatchCount } = await verify(test);
    expect({ ok, accounts, mismatchCount }).toEqual({ ok: false, accounts: 2, mismatchCount: 1 });
    expect(mismatches).toEqual([{ accountId, ...sound, ...change }]);
    expect(await verifyAccount(test, accountId)).toMatchObject({ ok: false, ...sound, ...change });
    expect(await verifyAccount(test, test.two.accountId)).toMatchObject({ ok: true });
  });

  it.each([
    ['update key_spend set held_nano_usd = 7 where key_id = $1', { heldNanoUsd: 7n }],
    ['update key_spend set running = 3 where key_id = $1', { running: 3 }],
    [
      "update requests set key_id = 'key_other' where key_id = $1 and state = 'held'",
      { expectedHeldNanoUsd: 0n, expectedRunning: 0 },
    ],
  ])('names the key after %s', async (statement, change) => {
    await using test = await openBooks();
    const { accountId, keyId } = test.one;
    await test.sql.unsafe(statement, [keyId]);
    const counters = { heldNanoUsd: 100n, expectedHeldNanoUsd: 100n, running: 1, expectedRunning: 1 };
    const keyMismatches = [{ accountId, keyId, ...counters, ...change }];
    const found = await verify(test);
    expect(found).toMatchObject({ ok: false, mismatches: [], keys: 2, keyMismatchCount: 1 });
    expect(found.keyMismatches).toEqual(keyMismatches);
    expect(await verifyAccount(test, accountId)).toMatchObject({ ok: false, ...sound, keyMismatches });
  });

  it('lists a thousand of many, and says how many there are', async () => {
    await using test = await open();
    await test.sql`
      insert into accounts (id, balance_nano_usd)
      select 'acc_' || lpad(i::text, 5, '0'), case when i > 1 then 1 else 0 end from generate_series(1, 1503) as i`;
    await test.sql`
      insert into key_spend (key_id, account_id, running)
      select 'key_' || lpad(i::text, 5, '0'), 'acc_00001', 1 from generate_series(1, 1201) as i`;
    const found = await verify(test);
    expect(found).toMatchObject({ accounts: 1503, mismatchCount: 1502, keys: 1201, keyMismatchCount: 1201 });
    expect([found.mismatches.length, found.mismatches[0]?.accountId]).toEqual([1000, 'acc_00002']);
    expect([found.keyMismatches.length, found.keyMismatches[0]?.keyId]).toEqual([1000, 'key_00001']);
  });

  it('finds nothing between the clocks of ids and rows, even at the edge of what is kept', async () => {
    await using test = await open();
    const midnight = new Date().setUTCHours(0, 0, 0, 0);
    await callBetweenDays(test, new Date(midnight - 1), new Date(midnight + 1));
    await callBetweenDays(test, new Date(midnight), new Date(midnight - 1));
    expect(await verify(test)).toMatchObject({ ok: true, accounts: 2 });
    // As if yesterday and all before it had been closed.
    await test.sql`insert into entries (account_id, id, kind, amount_nano_usd, ref)
      select account_id, 'ent_1', 'day_close', -charge_nano_usd, 'close:' || account_id from requests
      where id < weir_request_id_floor(${new Date(midnight).toISOString()})`;
    for (const { day, table } of await listRequestDays(test.sql))
      if (Date.parse(day) < midnight) await test.sql.unsafe(`drop table ${table}`);
    expect(await verify(test)).toMatchObject({ ok: true, accounts: 2 });
  });

  it('sees one moment, however much goes on', async () => {
    await using test = await open();
    const accounts = await Promise.all(Array.from({ length: 8 }, () => test.createAccount(1_000_000n)));
    const ended = new AbortController();
    const callers = accounts.map(async (account) => {
      while (!ended.signal.aborted) {
        const call = newHold(account, 50n);
        await test.ledger.hold(call);
        await test.ledger.close(settling(call, 30n));
      }
    });
    for (let i = 0; i < 15; i++) expect(await verify(test)).toMatchObject({ ok: true, accounts: 8, keys: 8 });
    ended.abort();
    await Promise.all(callers);
    expect((await verifyAccount(test, accounts[0]?.accountId ?? '')).openDays.chargesNanoUsd).toBeGreaterThan(
      0n,
    );
  });
});

describe('the statement of an account', () => {
  it('shows what its balance comes from, and nothing of others', async () => {
    await using test = await openBooks();
    const { accountId } = test.one;
    const move = (kind: 'top_up' | 'refund', amountNanoUsd: bigint, ref: string) =>
      credit(test, { accountId, kind, amountNanoUsd, ref });
    await move('top_up', 500n, 'a');
    await move('top_up', 250n, 'b');
    await move('refund', -50n, 'c');
    const [firstDay] = await listRequestDays(test.sql);
    expect(await verifyAccount(test, accountId)).toEqual({
      accountId,
      ok: true,
      ...sound,
      balanceNanoUsd: 1630n,
      expectedBalanceNanoUsd: 1630n,
      entries: [
        { kind: 'top_up', count: 2, sumNanoUsd: 750n },
        { kind: 'refund', count: 1, sumNanoUsd: -50n },
        { kind: 'grant', count: 1, sumNanoUsd: 1000n },
      ],
      openDays: { firstDay: firstDay?.day, chargesNanoUsd: 70n },
      closedDays: { count: 0, chargesNanoUsd: 0n },
      keyMismatches: [],
    });
  });

  it('is none of an account that does not exist', async () => {
    await using test = await open();
    await expect(verifyAccount(test, 'acc_none')).rejects.toMatchObject({ code: 'not_found' });
  });
});
