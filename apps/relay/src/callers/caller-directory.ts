import type { SqlDatabase } from '@weir/db/sql';
import { LRUCache } from 'lru-cache';
import { keyRouteLimits, type KeyRouteLimits } from '../routing/key-route-limits.ts';

/** Who calls: the account that pays, and the key it does it with. */
export interface Caller {
  readonly accountId: string;
  readonly keyId: string;
  readonly revoked: boolean;
  readonly expiresAtMs: number | undefined;
  /** What the account's group pays on top of the prices, in millionths. */
  readonly marginPpm: number;
  readonly disconnectPolicy: 'cancel' | 'drain';
  /** Whether it may call models. */
  readonly mayInfer: boolean;
  /** Whether something beside the balance can refuse a call: a budget, or a limit of concurrency. */
  readonly limited: boolean;
  /** Whom the key may be served by; undefined = anybody. */
  readonly routeLimits: KeyRouteLimits | undefined;
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

interface CallerRow {
  account_id: string;
  key_id: string;
  revoked: boolean;
  expires_at_ms: number | null;
  margin_ppm: number;
  disconnect_policy: Caller['disconnectPolicy'];
  may_infer: boolean;
  limited: boolean;
  vendors: string[] | null;
  regions: string[] | null;
}

/** The callers by the SHA-256 of their key, from memory where possible. */
export function callerDirectory({ sql }: Pick<SqlDatabase, 'sql'>): CallerDirectory {
  const known = new LRUCache<string, Caller>({
    max: CALLERS_MAX,
    ttl: CALLER_TTL_MS,
    // A clock that is read once a second: otherwise a timer would be set for every millisecond with a look-up.
    ttlResolution: 1_000,
  });
  // A look-up that was under way when its key changed may have seen the old row: it must not be kept.
  let changes = 0;

  return {
    async find(keyHash) {
      const kept = known.get(keyHash);
      if (kept) return kept;
      const changesBefore = changes;
      const [row] = await sql<CallerRow[]>`
        select key.account_id, key.id as key_id, key.revoked_at is not null as revoked,
               (extract(epoch from key.expires_at) * 1000)::float8 as expires_at_ms,
               coalesce(account_group.margin_ppm, 0) as margin_ppm, key.disconnect_policy,
               'inference' = any(key.scopes) as may_infer, key.vendors, key.regions,
               coalesce(account.concurrency_max, key.concurrency_max, key.budget_total_nano_usd,
                        key.budget_day_nano_usd, key.budget_week_nano_usd, key.budget_month_nano_usd)
                 is not null as limited
        from api_keys key
        join accounts account on account.id = key.account_id
        left join account_groups account_group on account_group.id = account.group_id
        where key.hash = ${keyHash}`;
      if (!row) return undefined;
      const caller: Caller = {
        accountId: row.account_id,
        keyId: row.key_id,
        revoked: row.revoked,
        expiresAtMs: row.expires_at_ms ?? undefined,
        marginPpm: row.margin_ppm,
        disconnectPolicy: row.disconnect_policy,
        mayInfer: row.may_infer,
        limited: row.limited,
        routeLimits: keyRouteLimits(row.vendors, row.regions),
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
