import { newApiKey, apiKeyHint, hashSecret } from '@weir/core/api-key';
import { newId } from '@weir/core/ids';
import { accounts, apiKeys, keySpend } from '@weir/db/schema';
import { createTestDatabase } from '@weir/db/testing';
import { eq } from 'drizzle-orm';
import { credit } from './credit.ts';
import type { Closing } from './closing.ts';
import type { Hold } from './hold.ts';
import { openLedger, type LedgerOptions } from './ledger.ts';

export interface TestAccount {
  accountId: string;
  keyId: string;
}

export type TestLedger = Awaited<ReturnType<typeof openTestLedger>>;

/** A ledger on an empty database of its own, with what tests need of both. */
export async function openTestLedger(clusterUrl: string, options: Partial<LedgerOptions> = {}) {
  const database = await createTestDatabase(clusterUrl);
  const { db, sql } = database;
  const openAnother = () => openLedger(database.url, { applicationName: 'weir test ledger', ...options });
  const ledger = openAnother();
  const elsewhere = openAnother();

  const addKey = async (
    accountId: string,
    limits: Partial<typeof apiKeys.$inferInsert> = {},
  ): Promise<string> => {
    const keyId = newId('key');
    const key = newApiKey();
    await db
      .insert(apiKeys)
      .values({ id: keyId, accountId, name: 'test', hash: hashSecret(key), ...apiKeyHint(key), ...limits });
    return keyId;
  };

  return {
    ...database,
    ledger,
    /** As of another process: it knows of the calls only what the database says. */
    elsewhere,
    addKey,

    /** An account with this balance, and a key to it. */
    async createAccount(
      balanceNanoUsd: bigint,
      account: Partial<typeof accounts.$inferInsert> = {},
    ): Promise<TestAccount> {
      const accountId = newId('account');
      await db.insert(accounts).values({ id: accountId, ...account });
      if (balanceNanoUsd !== 0n) {
        await credit({ sql }, { accountId, kind: 'grant', amountNanoUsd: balanceNanoUsd, ref: accountId });
      }
      return { accountId, keyId: await addKey(accountId) };
    },

    async money(accountId: string) {
      const [row] = await db.select().from(accounts).where(eq(accounts.id, accountId));
      return { balance: row?.balanceNanoUsd, held: row?.heldNanoUsd, running: row?.running };
    },

    async spend(keyId: string) {
      const [row] = await db.select().from(keySpend).where(eq(keySpend.keyId, keyId));
      if (!row) throw new Error(`key ${keyId} has no counters`);
      return row;
    },

    async [Symbol.asyncDispose]() {
      await Promise.all([ledger.stop(), elsewhere.stop()]);
      await database[Symbol.asyncDispose]();
    },
  };
}

export function newHold(account: TestAccount, holdNanoUsd: bigint, change: Partial<Hold> = {}): Hold {
  return {
    ...account,
    requestId: newId('request'),
    modelId: 'vendor/model',
    dialect: 'openai-chat',
    streamed: true,
    holdNanoUsd,
    ttlMs: 60_000,
    ...change,
  };
}

export function settling(
  { accountId, keyId, requestId }: Hold,
  chargeNanoUsd: bigint,
  change: Partial<Closing> = {},
): Closing {
  return {
    accountId,
    keyId,
    requestId,
    state: 'settled',
    chargeNanoUsd,
    outcome: 'ok',
    latencyMs: 5,
    ...change,
  };
}

export function voiding({ accountId, keyId, requestId }: Hold): Closing {
  return {
    accountId,
    keyId,
    requestId,
    state: 'voided',
    chargeNanoUsd: 0n,
    outcome: 'upstream_error',
    latencyMs: 5,
  };
}

/** A call that was made at noon of the day. */
export async function callOn(
  test: TestLedger,
  day: string,
  account: TestAccount,
  chargeNanoUsd: bigint | 'void' | 'held',
) {
  const createdAt = new Date(`${day}T12:00:00Z`);
  const call = newHold(account, 500n, { requestId: newId('request', createdAt.getTime()) });
  await test.ledger.hold(call);
  await test.sql`update requests set created_at = ${createdAt.toISOString()} where id = ${call.requestId}`;
  if (chargeNanoUsd === 'void') await test.elsewhere.close(voiding(call));
  else if (chargeNanoUsd !== 'held') await test.elsewhere.close(settling(call, chargeNanoUsd));
  return call;
}
