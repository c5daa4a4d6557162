import { addressRanges } from '@weir/settings/address-ranges';
import { recentEntries } from '@weir/settings/recent-entries';
import { unknownSecrets } from '@weir/settings/unknown-secrets';
import { modelPatterns, type ModelPatterns } from '@weir/core/model-patterns';
import type { PresentedKey } from '@weir/core/usable-key';
import type { SqlDatabase } from '@weir/db/sql';
import type { CaptureTarget } from '../capture/captures.ts';
import { keyRouteLimits, type KeyRouteLimits } from '../routing/key-route-limits.ts';

/** Who calls: the account that pays, and the key it does it with. */
export interface Caller extends PresentedKey {
  readonly accountId: string;
  readonly keyId: string;
  /** Undefined: any model. */
  readonly models: ModelPatterns | undefined;
  /** What the account's group pays on top of the prices, in millionths. */
  readonly marginPpm: number;
  readonly disconnectPolicy: 'cancel' | 'drain';
  /** Whether it may call models. */
  readonly mayInfer: boolean;
  /** Whether something beside the balance can refuse a call: a budget, or a limit of concurrency or of a minute. */
  readonly limited: boolean;
  /** Whom the key may be served by; undefined = anybody. */
  readonly routeLimits: KeyRouteLimits | undefined;
  /** Set while its holder has its calls captured. */
  readonly capture: CaptureTarget | undefined;
}

/** Callers kept in memory; some 400 bytes each, and their lists. */
const CALLERS_MAX = 50_000;

/** Should a notice of change get lost, a stale caller is gone after this. */
const CALLER_TTL_MS = 30_000;

export interface CallerDirectory {
  /** @returns undefined for whoever has to be looked up. */
  known(keyHash: string): Caller | undefined;
  /**
   * @param address where the caller is.
   * @returns undefined when no key has this hash.
   * @throws {WeirError} `rate_limited` when too many unknown keys came from there.
   */
  lookUp(keyHash: string, address: () => string): Promise<Caller | undefined>;
  forget(keyHash: string): void;
  forgetAll(): void;
}

interface CallerRow {
  account_id: string;
  key_id: string;
  name: string;
  state: Caller['state'];
  expires_at_ms: number | null;
  uses_previous_secret: boolean;
  models: string[] | null;
  addresses: string[] | null;
  margin_ppm: number;
  disconnect_policy: Caller['disconnectPolicy'];
  may_infer: boolean;
  limited: boolean;
  vendors: string[] | null;
  regions: string[] | null;
  capture_id: string | null;
  capture_public_key: Uint8Array | null;
  capture_ends_at_ms: number | null;
}

/** The callers by the SHA-256 of their key, from memory where possible. */
export function callerDirectory(
  { sql }: Pick<SqlDatabase, 'sql'>,
  { unknownKeysPerMinuteMax }: { unknownKeysPerMinuteMax: number },
): CallerDirectory {
  const unknown = unknownSecrets('API keys', unknownKeysPerMinuteMax);
  const known = recentEntries<Caller>({ entriesMax: CALLERS_MAX, ttlMs: CALLER_TTL_MS });
  // A look-up that was under way when its key changed may have seen the old row.
  let changes = 0;
  // Calls that come together with a key that is not known yet.
  const reading = new Map<string, Promise<Caller | undefined>>();

  /** Asks again if its key may have changed meanwhile: a call must not be admitted by what was revoked before it. */
  const read = async (keyHash: string): Promise<Caller | undefined> => {
    for (;;) {
      const changesBefore = changes;
      const [row] = await sql<CallerRow[]>`
        select key.account_id, key.id as key_id, key.name,
               case when key.revoked_at is not null then 'revoked' when key.leaked_at is not null then 'leaked'
                    when key.disabled_at is not null then 'disabled' else 'active' end as state,
               key.hash <> ${keyHash} as uses_previous_secret,
               (extract(epoch from case when key.hash = ${keyHash} then key.expires_at
                                        else least(key.expires_at, key.previous_expires_at) end) * 1000)::float8
                 as expires_at_ms,
               key.models, key.addresses,
               coalesce(account_group.margin_ppm, 0) as margin_ppm, key.disconnect_policy,
               'inference' = any(key.scopes) as may_infer, key.vendors, key.regions,
               coalesce(account.concurrency_max, spend.concurrency_max, spend.requests_per_minute_max,
                        spend.tokens_per_minute_max, key.budget_total_nano_usd, key.budget_day_nano_usd,
                        key.budget_week_nano_usd, key.budget_month_nano_usd) is not null as limited,
               capture.id as capture_id, capture.public_key as capture_public_key,
               (extract(epoch from capture.ends_at) * 1000)::float8 as capture_ends_at_ms
        from api_keys key
        join key_spend spend on spend.key_id = key.id
        join accounts account on account.id = key.account_id
        left join account_groups account_group on account_group.id = account.group_id
        left join key_captures capture on capture.key_id = key.id and capture.stopped_at is null and capture.ends_at > now()
        where key.hash = ${keyHash} or key.previous_hash = ${keyHash}`;
      if (changes !== changesBefore) continue;
      if (!row) return undefined;
      const caller = callerOf(row);
      known.set(keyHash, caller);
      return caller;
    }
  };

  return {
    known: (keyHash) => known.get(keyHash),
    async lookUp(keyHash, address) {
      if (unknown.isKnownUnknown(keyHash)) return undefined;
      const from = address();
      const name = `${from} ${keyHash}`;
      let found = reading.get(name);
      if (!found) {
        found = unknown.lookUp(from, keyHash, () => read(keyHash)).finally(() => reading.delete(name));
        reading.set(name, found);
      }
      return found;
    },
    forget(keyHash) {
      changes++;
      known.delete(keyHash);
      unknown.forget(keyHash);
    },
    forgetAll() {
      changes++;
      known.clear();
      unknown.forgetAll();
    },
  };
}

function callerOf(row: CallerRow): Caller {
  return {
    accountId: row.account_id,
    keyId: row.key_id,
    keyName: row.name,
    state: row.state,
    expiresAtMs: row.expires_at_ms ?? undefined,
    usesPreviousSecret: row.uses_previous_secret,
    models: row.models ? modelPatterns(row.models) : undefined,
    addresses: row.addresses ? addressRanges(row.addresses) : undefined,
    marginPpm: row.margin_ppm,
    disconnectPolicy: row.disconnect_policy,
    mayInfer: row.may_infer,
    limited: row.limited,
    routeLimits: keyRouteLimits(row.vendors, row.regions),
    capture: captureOf(row),
  };
}

function captureOf(row: CallerRow): CaptureTarget | undefined {
  const { capture_id: captureId, capture_public_key: publicKey, capture_ends_at_ms: endsAtMs } = row;
  if (captureId === null || publicKey === null || endsAtMs === null) return undefined;
  return { captureId, publicKey, endsAtMs };
}
