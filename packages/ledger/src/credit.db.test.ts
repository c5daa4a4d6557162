import { entries } from '@weir/db/schema';
import { describe, expect, inject, it } from 'vitest';
import { credit, verify } from './index.ts';
import { openTestLedger } from './testing.ts';

const open = () => openTestLedger(inject('clusterUrl'));

describe('credit', () => {
  it('counts a ref once, even when it arrives ten times at once', async () => {
    await using test = await open();
    const { accountId } = await test.createAccount(0n);
    const topUp = { accountId, kind: 'top_up', amountNanoUsd: 5n, ref: 'stripe:evt_1' } as const;
    const results = await Promise.all(Array.from({ length: 10 }, () => credit(test, topUp)));
    expect(results.filter((result) => result.credited)).toHaveLength(1);
    expect(new Set(results.map((result) => result.entryId)).size).toBe(1);
    expect(await test.money(accountId)).toMatchObject({ balance: 5n, held: 0n });
  });

  it('refuses a ref that stands for another account or another amount', async () => {
    await using test = await open();
    const [one, two] = [await test.createAccount(0n), await test.createAccount(0n)];
    const topUp = {
      accountId: one.accountId,
      kind: 'top_up',
      amountNanoUsd: 5n,
      ref: 'invoice-1',
    } as const;
    await credit(test, topUp);
    await expect(credit(test, { ...topUp, accountId: two.accountId })).rejects.toMatchObject({
      code: 'conflict',
    });
    await expect(credit(test, { ...topUp, amountNanoUsd: 6n })).rejects.toThrow(/0\.000000005 USD on acc_/);
    expect(await test.money(two.accountId)).toMatchObject({ balance: 0n, held: 0n });
  });

  it('can not be edited or removed afterwards', async () => {
    await using test = await open();
    await test.createAccount(5n);
    await expect(test.db.update(entries).set({ amountNanoUsd: 6n })).rejects.toThrow();
    await expect(test.db.delete(entries)).rejects.toThrow();
    expect(await verify(test)).toMatchObject({ ok: true });
  });
});
