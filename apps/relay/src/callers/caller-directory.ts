import type { Database } from '@weir/db/connect';
import { accountGroups, accounts, apiKeys } from '@weir/db/schema';
import { eq } from 'drizzle-orm';
import { LRUCache } from 'lru-cache';

/** Who calls: the account that pays, and the key it does it with. */
export interface Caller {
  readonly accountId: string;
  readonly keyId: string;
  readonly revoked: boolean;
  readonly expiresAtMs: number | undefined;
  /** What the account's group pays on top of the prices, in millionths. */
  readonly marginPpm: number;
  readonly disconnectPolicy: 'cancel' | 'drain';
  /** Whether something beside the balance can refuse a call: a budget, or a limit of concurrency. */
  readonly limited: boolean;
}

/** Callers kept in memory; some 300 bytes each. */
const CALLERS_MAX = 50_000;

/** Should a notice of change get lost, a stale caller is gone after this. */
const CALLER_TTL_MS = 30_000;

export interface CallerDirectory {
  /** @returns undefined when no key has this hash. */
  find(keyHash: string): Promise<Caller | undefined>;
  forget(keyHash: string): void;
  forgetAll(): void;
}

/** The callers by the SHA-256 of their key, from memory where possible. */
export function callerDirectory({ db }: Pick<Database, 'db'>): CallerDirectory {
  const known = new LRUCache<string, Caller>({ max: CALLERS_MAX, ttl: CALLER_TTL_MS });
  // A look-up that was under way when its key changed may have seen the old row: it must not be kept.
  let changes = 0;

  return {
    async find(keyHash) {
      const kept = known.get(keyHash);
      if (kept) return kept;
      const changesBefore = changes;
      const [row] = await db
        .select({ key: apiKeys, account: accounts, marginPpm: accountGroups.marginPpm })
        .from(apiKeys)
        .innerJoin(accounts, eq(accounts.id, apiKeys.accountId))
        .leftJoin(accountGroups, eq(accountGroups.id, accounts.groupId))
        .where(eq(apiKeys.hash, keyHash));
      if (!row) return undefined;
      const { key, account, marginPpm } = row;
      const caller: Caller = {
        accountId: key.accountId,
        keyId: key.id,
        revoked: key.revokedAt !== null,
        expiresAtMs: key.expiresAt?.getTime(),
        marginPpm: marginPpm ?? 0,
        disconnectPolicy: key.disconnectPolicy,
        limited: [
          account.concurrencyMax,
          key.concurrencyMax,
          key.budgetTotalNanoUsd,
          key.budgetDayNanoUsd,
          key.budgetWeekNanoUsd,
          key.budgetMonthNanoUsd,
        ].some((limit) => limit !== null),
      };
      if (changes === changesBefore) known.set(keyHash, caller);
      return caller;
    },
    forget(keyHash) {
      changes++;
      known.delete(keyHash);
    },
    forgetAll() {
      changes++;
      known.clear();
    },
  };
}
