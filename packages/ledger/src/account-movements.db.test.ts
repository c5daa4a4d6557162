import { ensureRequestDays, utcDay } from '@weir/db/request-days';
import { describe, expect, inject, it } from 'vitest';
import { closeDay, credit, MOVEMENTS_MAX, readMovements, verify } from './index.ts';
import { callOn, openTestLedger } from './testing.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const dayBefore = (days: number) => utcDay(Date.now() - days * DAY_MS);

/** An account with calls on the last days, and one beside it. */
async function setUp() {
  const test = await openTestLedger(inject('clusterUrl'));
  await ensureRequestDays(test.sql, Date.now() - 5 * DAY_MS);
  const account = await test.createAccount(1_000n);
  const other = await test.createAccount(1_000n);
  for (const days of [4, 3, 2]) {
    await callOn(test, dayBefore(days), account, 10n);
    await callOn(test, dayBefore(days), account, 5n);
    await callOn(test, dayBefore(days), other, 1n);
  }
  await callOn(test, dayBefore(2), account, 'void');
  await callOn(test, dayBefore(1), account, 'held');
  const { accountId } = account;
  await credit(test, { accountId, kind: 'top_up', amountNanoUsd: 500n, ref: 'stripe:evt_1' });
  await credit(test, { accountId, kind: 'refund', amountNanoUsd: -200n, ref: 'stripe:evt_2' });
  return { ...test, accountId };
}

describe('the movements of a balance', () => {
  it('are its entries and each day’s charges, and end at the balance', async () => {
    await using test = await setUp();
    const statement = await readMovements(test, test.accountId);
    expect(statement).toMatchObject({ ok: true, openingNanoUsd: 0n, closingNanoUsd: 1_255n });
    expect(statement.balanceNanoUsd).toBe((await test.money(test.accountId)).balance);
    const charges = (days: number) => ({
      kind: 'charges',
      day: dayBefore(days),
      at: `${dayBefore(days)}T23:59:59.999Z`,
      ref: null,
      amountNanoUsd: -15n,
    });
    expect(statement.movements).toMatchObject([
      { ...charges(4), balanceNanoUsd: -15n },
      { ...charges(3), balanceNanoUsd: -30n },
      { ...charges(2), balanceNanoUsd: -45n },
      { kind: 'grant', amountNanoUsd: 1_000n, balanceNanoUsd: 955n, ref: test.accountId },
      { kind: 'top_up', amountNanoUsd: 500n, balanceNanoUsd: 1_455n, ref: 'stripe:evt_1' },
      { kind: 'refund', amountNanoUsd: -200n, balanceNanoUsd: 1_255n, ref: 'stripe:evt_2' },
    ]);
  });

  it('are the same once days are closed', async () => {
    await using test = await setUp();
    const before = await readMovements(test, test.accountId);
    await closeDay(test, dayBefore(5));
    expect(await closeDay(test, dayBefore(4))).toMatchObject({ outcome: 'closed' });
    const [first, ...rest] = (await readMovements(test, test.accountId)).movements;
    expect(first).toEqual({ ...before.movements[0], entryId: expect.stringMatching(/^ent_/) });
    expect(rest).toEqual(before.movements.slice(1));
    expect(await verify(test)).toMatchObject({ ok: true });
  });

  it('of a period begin with what was there before it', async () => {
    await using test = await setUp();
    const period = { fromDay: dayBefore(3), toDay: dayBefore(2) };
    const statement = await readMovements(test, test.accountId, period);
    expect(statement).toMatchObject({ openingNanoUsd: -15n, closingNanoUsd: -45n, ok: true });
    expect(statement.movements).toMatchObject([
      { day: dayBefore(3), balanceNanoUsd: -30n },
      { day: dayBefore(2), balanceNanoUsd: -45n },
    ]);
    expect(await readMovements(test, test.accountId, { fromDay: utcDay(Date.now() + DAY_MS) })).toMatchObject(
      {
        movements: [],
        openingNanoUsd: 1_255n,
        closingNanoUsd: 1_255n,
      },
    );
  });

  it('that do not come to the balance are told from those that do', async () => {
    await using test = await setUp();
    await test.sql`update accounts set balance_nano_usd = balance_nano_usd + 1 where id = ${test.accountId}`;
    expect(await readMovements(test, test.accountId)).toMatchObject({ ok: false, closingNanoUsd: 1_255n });
  });

  it('are refused where there are too many of them for one statement', async () => {
    await using test = await setUp();
    await test.sql`
      insert into entries (account_id, id, kind, amount_nano_usd, ref)
      select ${test.accountId}, 'ent_' || n, 'grant', 1, 'many:' || n from generate_series(1, ${MOVEMENTS_MAX}::int) n`;
    await expect(readMovements(test, test.accountId)).rejects.toMatchObject({
      code: 'invalid_request',
      message: expect.stringContaining('shorter'),
    });
    const { movements } = await readMovements(test, test.accountId, { toDay: dayBefore(2) });
    expect(movements).toHaveLength(3);
  });

  it('of an account that is none are not found', async () => {
    await using test = await setUp();
    await expect(readMovements(test, 'acc_none')).rejects.toMatchObject({ code: 'not_found' });
  });
});
