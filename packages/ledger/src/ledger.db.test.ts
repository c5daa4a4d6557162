import { newId } from '@weir/core/ids';
import { accounts, entries, requests } from '@weir/db/schema';
import { createTestDatabase } from '@weir/db/testing';
import { eq } from 'drizzle-orm';
import { describe, expect, inject, it } from 'vitest';
import { credit, expireHolds, hold, settle, verify, voidHold, type Closing, type Hold } from './index.ts';

type TestDatabase = Awaited<ReturnType<typeof createTestDatabase>>;

const openDatabase = () => createTestDatabase(inject('clusterUrl'));

async function createAccount({ db, sql }: TestDatabase, balanceNanoUsd: bigint): Promise<string> {
  const accountId = newId('account');
  await db.insert(accounts).values({ id: accountId });
  await credit(
    { sql },
    { accountId, kind: 'grant', amountNanoUsd: balanceNanoUsd, ref: `grant:${accountId}` },
  );
  return accountId;
}

function newHold(accountId: string, holdNanoUsd: bigint, change: Partial<Hold> = {}): Hold {
  return {
    requestId: newId('request'),
    accountId,
    keyId: newId('key'),
    modelId: 'vendor/model',
    dialect: 'openai-chat',
    streamed: true,
    holdNanoUsd,
    expiresAt: new Date(Date.now() + 60_000),
    ...change,
  };
}

const closing = ({ accountId, requestId }: Hold): Closing => ({
  accountId,
  requestId,
  outcome: 'ok',
  latencyMs: 5,
});

async function moneyOf({ db }: TestDatabase, accountId: string) {
  const [row] = await db.select().from(accounts).where(eq(accounts.id, accountId));
  return { balance: row?.balanceNanoUsd, held: row?.heldNanoUsd };
}

describe('a hold', () => {
  it('becomes a charge, and what was held above it is free again', async () => {
    await using database = await openDatabase();
    const accountId = await createAccount(database, 1000n);
    const call = newHold(accountId, 400n);

    expect(await hold(database.sql, call)).toEqual({ granted: true });
    expect(await moneyOf(database, accountId)).toEqual({ balance: 1000n, held: 400n });

    expect(await settle(database.sql, { ...closing(call), inputTokens: 0, outputTokens: 7 }, 150n)).toBe(
      'closed',
    );
    expect(await moneyOf(database, accountId)).toEqual({ balance: 850n, held: 0n });
    const [row] = await database.db.select().from(requests);
    expect(row).toMatchObject({
      state: 'settled',
      chargeNanoUsd: 150n,
      holdNanoUsd: 400n,
      inputTokens: 0,
      cachedInputTokens: null,
    });
  });

  it('is returned whole when it is voided', async () => {
    await using database = await openDatabase();
    const accountId = await createAccount(database, 1000n);
    const call = newHold(accountId, 400n);
    await hold(database.sql, call);
    expect(await voidHold(database.sql, { ...closing(call), outcome: 'upstream_error' })).toBe('closed');
    expect(await moneyOf(database, accountId)).toEqual({ balance: 1000n, held: 0n });
  });

  it('is refused above what is available, says what is, and leaves no row', async () => {
    await using database = await openDatabase();
    const accountId = await createAccount(database, 1000n);
    await hold(database.sql, newHold(accountId, 400n));
    expect(await hold(database.sql, newHold(accountId, 601n))).toEqual({
      granted: false,
      availableNanoUsd: 600n,
    });
    expect(await database.db.$count(requests)).toBe(1);
    expect(await hold(database.sql, newHold(accountId, 600n))).toEqual({ granted: true });
  });

  it('leaves `held` once, however often and by whatever way it is closed', async () => {
    await using database = await openDatabase();
    const accountId = await createAccount(database, 1000n);
    const call = newHold(accountId, 400n);
    await hold(database.sql, call);
    const results = await Promise.all([
      ...Array.from({ length: 5 }, () => settle(database.sql, closing(call), 100n)),
      ...Array.from({ length: 5 }, () => voidHold(database.sql, closing(call))),
    ]);
    expect(results.filter((result) => result === 'closed')).toHaveLength(1);
    const { held } = await moneyOf(database, accountId);
    expect(held).toBe(0n);
    expect(await verify(database)).toMatchObject({ ok: true });
  });

  it('that 64 callers race for on a balance for 10 is granted 10 times', async () => {
    await using database = await openDatabase();
    const accountId = await createAccount(database, 1000n);
    const results = await Promise.all(
      Array.from({ length: 64 }, () => hold(database.sql, newHold(accountId, 100n))),
    );
    expect(results.filter((result) => result.granted)).toHaveLength(10);
    expect(await moneyOf(database, accountId)).toEqual({ balance: 1000n, held: 1000n });
    expect(await verify(database)).toMatchObject({ ok: true });
  });
});

describe('the sweep', () => {
  it('releases holds whose time is over, and only these', async () => {
    await using database = await openDatabase();
    const [one, two] = [await createAccount(database, 1000n), await createAccount(database, 1000n)];
    const past = { expiresAt: new Date(Date.now() - 1) };
    const late = newHold(one, 100n, past);
    for (const call of [late, newHold(one, 200n, past), newHold(two, 300n, past), newHold(one, 50n)]) {
      await hold(database.sql, call);
    }
    const released = await Promise.all([expireHolds(database), expireHolds(database)]);
    expect(released[0] + released[1]).toBe(3);
    expect(await moneyOf(database, one)).toEqual({ balance: 1000n, held: 50n });
    expect(await moneyOf(database, two)).toEqual({ balance: 1000n, held: 0n });
    expect(await settle(database.sql, closing(late), 10n)).toBe('already_closed');
    expect(await verify(database)).toMatchObject({ ok: true, accounts: 2 });
  });
});

describe('credit', () => {
  it('counts a ref once, even when it arrives ten times at once', async () => {
    await using database = await openDatabase();
    const accountId = await createAccount(database, 0n);
    const topUp = { accountId, kind: 'top_up', amountNanoUsd: 5n, ref: 'stripe:evt_1' } as const;
    const results = await Promise.all(Array.from({ length: 10 }, () => credit(database, topUp)));
    expect(results.filter((result) => result.credited)).toHaveLength(1);
    expect(new Set(results.map((result) => result.entryId)).size).toBe(1);
    expect(await moneyOf(database, accountId)).toEqual({ balance: 5n, held: 0n });
  });

  it('refuses a ref that stands for another account or another amount', async () => {
    await using database = await openDatabase();
    const [one, two] = [await createAccount(database, 0n), await createAccount(database, 0n)];
    const topUp = { accountId: one, kind: 'top_up', amountNanoUsd: 5n, ref: 'invoice-1' } as const;
    await credit(database, topUp);
    await expect(credit(database, { ...topUp, accountId: two })).rejects.toMatchObject({ code: 'conflict' });
    await expect(credit(database, { ...topUp, amountNanoUsd: 6n })).rejects.toThrow(
      /0\.000000005 USD on acc_/,
    );
    expect(await moneyOf(database, two)).toEqual({ balance: 0n, held: 0n });
  });

  it('can not be edited or removed afterwards', async () => {
    await using database = await openDatabase();
    await createAccount(database, 5n);
    await expect(database.db.update(entries).set({ amountNanoUsd: 6n })).rejects.toThrow();
    await expect(database.db.delete(entries)).rejects.toThrow();
    expect(await verify(database)).toMatchObject({ ok: true });
  });
});

describe('verify', () => {
  it('names the account whose money does not add up, with both figures', async () => {
    await using database = await openDatabase();
    const accountId = await createAccount(database, 1000n);
    await createAccount(database, 5n);
    await hold(database.sql, newHold(accountId, 100n));
    await database.db
      .update(accounts)
      .set({ balanceNanoUsd: 999n, heldNanoUsd: 0n })
      .where(eq(accounts.id, accountId));
    expect(await verify(database)).toEqual({
      ok: false,
      accounts: 2,
      mismatches: [
        {
          accountId,
          balanceNanoUsd: 999n,
          expectedBalanceNanoUsd: 1000n,
          heldNanoUsd: 0n,
          expectedHeldNanoUsd: 100n,
        },
      ],
    });
  });
});
