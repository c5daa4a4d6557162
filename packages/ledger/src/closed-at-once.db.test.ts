import type { ReservedSql } from '@weir/db/sql';
import { databaseProxy } from '@weir/db/testing/database-proxy';
import { afterEach, describe, expect, inject, it, vi } from 'vitest';
import type { Hold } from './hold.ts';
import { openLedger } from './ledger.ts';
import { newHold, openTestLedger, settling, voiding, type TestAccount, type TestLedger } from './testing.ts';
import { verifyAccount } from './verify-account.ts';

const open = () => openTestLedger(inject('clusterUrl'), { lanes: 1 });

/** One that has written something, and so knows the database’s minute: only then one statement does it. */
async function openUsed(): Promise<TestLedger> {
  const test = await open();
  await test.ledger.hold(newHold(await test.createAccount(0n), 0n));
  return test;
}

describe('a hold whose closing comes before it has been sent', () => {
  it('is written once, closed', async () => {
    await using test = await open();
    const account = await test.createAccount(1000n);
    const call = newHold(account, 400n, { countedTokens: 9 });
    // Until something has been written, the ledger does not know the database's minute; from then on it does.
    for (const request of [call, newHold(account, 300n)]) {
      const [held, closed] = await Promise.all([
        test.ledger.hold(request),
        test.ledger.close(settling(request, 100n, { inputTokens: 3, outputTokens: 4, modelId: undefined })),
      ]);
      expect({ granted: held.granted, closed }).toEqual({ granted: true, closed: 'closed' });
    }
    const rows = await test.sql`
      select state, charge_nano_usd as charge, overrun_nano_usd as overrun, model_id as model, output_tokens as output,
        closed_at = created_at as at_once from requests`;
    const row = {
      state: 'settled',
      charge: 100n,
      overrun: 0n,
      model: 'vendor/model',
      output: 4,
      atOnce: true,
    };
    expect(rows.map(({ at_once: atOnce, ...rest }) => ({ ...rest, atOnce }))).toEqual([row, row]);
    expect(await test.money(account.accountId)).toEqual({ balance: 800n, held: 0n, running: 0 });
    expect(await test.spend(account.keyId)).toMatchObject({
      heldNanoUsd: 0n,
      running: 0,
      spentTotalNanoUsd: 200n,
      requestsMinute: 2,
    });
    expect(await verifyAccount(test, account.accountId)).toMatchObject({ ok: true });
  });

  it('is refused where it does not fit, though its charge would', async () => {
    await using test = await openUsed();
    const account = await test.createAccount(10n);
    const call = newHold(account, 11n);
    const [held, closed] = await Promise.all([test.ledger.hold(call), test.ledger.close(settling(call, 1n))]);
    expect(held).toEqual({ granted: false, refusal: { by: 'balance', leftNanoUsd: 10n } });
    expect(closed).toBe('not_held');
    expect(await test.money(account.accountId)).toEqual({ balance: 10n, held: 0n, running: 0 });
    expect(await test.sql`select 1 from requests where id = ${call.requestId}`).toHaveLength(0);
  });

  it('takes a slot beside the others, though it gives it back at once', async () => {
    await using test = await openUsed();
    const account = await test.createAccount(10n, { concurrencyMax: 1 });
    const calls = [newHold(account, 1n), newHold(account, 1n)];
    const results = await Promise.all(
      calls.map((call) => Promise.all([test.ledger.hold(call), test.ledger.close(voiding(call))])),
    );
    expect(results).toMatchObject([
      [{ granted: true }, 'closed'],
      [{ granted: false }, 'not_held'],
    ]);
  });

  it.each([
    ['refused', 1n],
    ['a duplicate', 0n],
  ])('closes the request that is held under its id already, where it is %s', async (_what, amount) => {
    await using test = await openUsed();
    const call = newHold(await test.createAccount(0n), 0n);
    await test.elsewhere.hold(call);
    const again = test.ledger.hold({ ...call, holdNanoUsd: amount }).catch(() => ({ granted: false }));
    expect(await test.ledger.close(voiding(call))).toBe('closed');
    expect(await again).toMatchObject({ granted: false });
    expect(await test.sql`select state from requests where id = ${call.requestId}`).toEqual([
      { state: 'voided' },
    ]);
  });

  it('may be charged more than was held, as an overrun', async () => {
    await using test = await openUsed();
    const account = await test.createAccount(10n);
    const call = newHold(account, 2n);
    await Promise.all([test.ledger.hold(call), test.ledger.close(settling(call, 12n))]);
    const [row] =
      await test.sql`select charge_nano_usd as charge, overrun_nano_usd as overrun from requests where id = ${call.requestId}`;
    expect(row).toEqual({ charge: 12n, overrun: 10n });
    expect(await test.money(account.accountId)).toMatchObject({ balance: -2n });
    expect(await verifyAccount(test, account.accountId)).toMatchObject({ ok: true });
  });
});

describe('a hold that nobody waits for yet', () => {
  const stateOf = async (test: TestLedger, { requestId }: Hold) => {
    const [row] =
      await test.sql`select state, closed_at = created_at as at_once from requests where id = ${requestId}`;
    return row;
  };
  // Time goes on when it is told to; the timers go, and find that it has not.
  const stopTheClock = () => vi.useFakeTimers({ toFake: ['performance'] });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('rests, and is written once with a closing that comes meanwhile', async () => {
    await using test = await openUsed();
    const call = newHold(await test.createAccount(10n), 4n);
    stopTheClock();
    const holding = test.ledger.hold(call, 'soon');
    await test.ledger.hold(newHold(call, 1n));
    expect(await stateOf(test, call)).toBeUndefined();
    expect(test.ledger.waiting).toBe(1);
    expect(await test.ledger.close(settling(call, 3n))).toBe('closed');
    expect(await holding).toMatchObject({ granted: true });
    expect(await stateOf(test, call)).toEqual({ state: 'settled', at_once: true });
  });

  it('is written when it has rested, and one that came later when that has', async () => {
    await using test = await openUsed();
    const account = await test.createAccount(10n);
    const [first, second] = [newHold(account, 4n), newHold(account, 4n)];
    stopTheClock();
    const holding = test.ledger.hold(first, 'soon');
    vi.advanceTimersByTime(3);
    const holdingLater = test.ledger.hold(second, 'soon');
    vi.advanceTimersByTime(2);
    expect(await holding).toMatchObject({ granted: true });
    expect(await stateOf(test, first)).toMatchObject({ state: 'held' });
    expect(await stateOf(test, second)).toBeUndefined();
    vi.advanceTimersByTime(3);
    expect(await holdingLater).toMatchObject({ granted: true });
  });

  it('is written when the ledger stops', async () => {
    await using test = await openUsed();
    const account = await test.createAccount(10n);
    const ledger = openLedger(test.url, { applicationName: 'weir test resting' });
    const call = newHold(account, 4n);
    stopTheClock();
    const holding = ledger.hold(call, 'soon');
    await ledger.stop();
    expect(await holding).toMatchObject({ granted: true });
    expect(await stateOf(test, call)).toMatchObject({ state: 'held' });
  });
});

describe('a closing that comes while its hold is being written', () => {
  it.each([
    ['and closes it', 4n, { granted: true }, 'closed', 7n],
    [
      'and is told that there is nothing to close when it is refused',
      14n,
      { granted: false },
      'not_held',
      10n,
    ],
  ])('waits for it, %s', async (_what, amount, judged, closed, balance) => {
    await using test = await open();
    const account = await test.createAccount(10n);
    const call = newHold(account, amount);
    const other = await lockAccount(test, account);
    const holding = test.ledger.hold(call);
    await oneWaits(test);
    const closing = test.ledger.close(settling(call, 3n));
    await other`commit`;
    expect(await holding).toMatchObject(judged);
    expect(await closing).toBe(closed);
    expect(await test.money(account.accountId)).toEqual({ balance, held: 0n, running: 0 });
    other.release();
  });
});

describe('when the answer to both is lost', () => {
  it.each([
    ['they were written', 10n],
    // What is left does not cover the hold a second time; it stands all the same.
    ['they were written, and would not fit again', 5n],
  ])('and %s, they are told so, and charged once', async (_what, balance) => {
    await using test = await open();
    const account = await test.createAccount(balance);
    await using sent = await sendTogether(test, account);
    const { both, other, proxy } = sent;
    // The server goes on with what it was sent.
    proxy.interfere('cut');
    await other`commit`;
    await expect.poll(() => test.sql`select 1 from requests where state = 'settled'`).toHaveLength(1);
    proxy.relent();
    expect(await both).toMatchObject([{ granted: true }, 'closed']);
    expect(await test.money(account.accountId)).toMatchObject({ balance: balance - 3n, held: 0n });
    expect(await verifyAccount(test, account.accountId)).toMatchObject({ ok: true });
  });

  it('and they were not, they are written when the database is back', async () => {
    await using test = await open();
    const account = await test.createAccount(10n);
    await using sent = await sendTogether(test, account);
    const { both, other, proxy } = sent;
    await sent.cutOff();
    await other`commit`;
    proxy.relent();
    expect(await both).toMatchObject([{ granted: true }, 'closed']);
    expect(await test.money(account.accountId)).toMatchObject({ balance: 7n, held: 0n });
  });

  it('and they were not, and the balance is gone meanwhile, the hold is refused', async () => {
    await using test = await open();
    const account = await test.createAccount(10n);
    await using sent = await sendTogether(test, account);
    const { call, both, other, proxy } = sent;
    await sent.cutOff();
    await other`update accounts set balance_nano_usd = 2 where id = ${account.accountId}`;
    await other`commit`;
    proxy.relent();
    expect(await both).toEqual([{ granted: false, refusal: { by: 'balance', leftNanoUsd: 2n } }, 'not_held']);
    expect(await test.sql`select 1 from requests where id = ${call.requestId}`).toHaveLength(0);
  });
});

/** On a connection that has to be released. */
async function lockAccount({ sql }: TestLedger, { accountId }: TestAccount): Promise<ReservedSql> {
  const other = await sql.reserve();
  await other`begin`;
  await other`select from accounts where id = ${accountId} for update`;
  return other;
}

/** A hold of 4 and its closing, which charges 3: Postgres has both, and waits for the account, which is locked. */
async function sendTogether(test: TestLedger, account: TestAccount) {
  const applicationName = 'a ledger cut off';
  const proxy = await databaseProxy(test.url, applicationName);
  const ledger = openLedger(proxy.url, { applicationName });
  await ledger.hold(newHold(account, 0n));
  const other = await lockAccount(test, account);
  const call = newHold(account, 4n);
  const both = Promise.all([ledger.hold(call), ledger.close(settling(call, 3n))]);
  await oneWaits(test);
  return {
    call,
    both,
    other,
    proxy,
    /** Neither end hears the other any more, and the server gives up what it was sent. */
    async cutOff(): Promise<void> {
      proxy.interfere('cut');
      await test.sql`
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name = ${applicationName}`;
    },
    async [Symbol.asyncDispose]() {
      other.release();
      await ledger.stop();
      await proxy[Symbol.asyncDispose]();
    },
  };
}

/** Resolves when a connection waits for an account's row. */
async function oneWaits({ sql }: TestLedger): Promise<void> {
  await expect
    .poll(
      () => sql`
      select 1 from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock' and wait_event = 'transactionid'`,
    )
    .toHaveLength(1);
}
