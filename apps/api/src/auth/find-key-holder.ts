import { hashSecret, isWellFormedApiKey } from '@weir/core/api-key';
import { WeirError } from '@weir/core/errors';
import type { KeyScope } from '@weir/core/key-scopes';
import type { Db } from '@weir/db/connect';
import { apiKeys } from '@weir/db/schema';
import { addressRanges } from '@weir/settings/address-ranges';
import { unknownKeys } from '@weir/settings/unknown-keys';
import { eq, or } from 'drizzle-orm';
import { LRUCache } from 'lru-cache';

/** A program with an API key. */
export interface ApiKeyPrincipal {
  readonly kind: 'api_key';
  readonly accountId: string;
  readonly keyId: string;
  readonly scopes: readonly KeyScope[];
}

/**
 * Whose an API key is.
 * @param address where the program is.
 * @throws {WeirError} `invalid_api_key`, `rate_limited` after too many unknown ones, `address_not_allowed`, or what is wrong with its state.
 */
export type FindKeyHolder = (key: string, address: string) => Promise<ApiKeyPrincipal>;

type KeyRow = typeof apiKeys.$inferSelect;

/** Hashes of keys that were found; some 100 bytes each. */
const FOUND_MAX = 50_000;

/**
 * Judges keys as the relay does, which most come by: whoever reaches the api's own port gets no further. A malformed key
 * dies on its checksum; a flood of unknown ones ends before the database, and keys that were found before go on.
 */
export function keyHolders(
  db: Db,
  { unknownKeysPerMinuteMax }: { unknownKeysPerMinuteMax: number },
): FindKeyHolder {
  const unknown = unknownKeys(unknownKeysPerMinuteMax);
  const found = new LRUCache<string, true>({ max: FOUND_MAX });

  const read = async (hash: string): Promise<KeyRow | undefined> => {
    const [row] = await db
      .select()
      .from(apiKeys)
      .where(or(eq(apiKeys.hash, hash), eq(apiKeys.previousHash, hash)));
    if (row) found.set(hash, true);
    return row;
  };

  const lookUp = async (hash: string, address: string): Promise<KeyRow | undefined> => {
    if (found.has(hash)) return read(hash);
    if (unknown.isKnownUnknown(hash)) return undefined;
    return unknown.lookUp(address, hash, () => read(hash));
  };

  return async (key, address) => {
    const hash = hashSecret(key);
    const row = isWellFormedApiKey(key) ? await lookUp(hash, address) : undefined;
    if (!row) {
      throw new WeirError('invalid_api_key', 'There is no such API key. Check that it was copied whole.');
    }
    requireActive(row, hash);
    if (row.addresses && !addressRanges(row.addresses).has(address)) {
      throw new WeirError(
        'address_not_allowed',
        `The key “${row.name}” may not be used from ${address || 'an unknown address'}. Its list of addresses is kept in the dashboard.`,
      );
    }
    return { kind: 'api_key', accountId: row.accountId, keyId: row.id, scopes: row.scopes };
  };
}

/** @throws {WeirError} `api_key_revoked`, `api_key_leaked`, `api_key_disabled` or `api_key_expired` */
function requireActive(row: KeyRow, hash: string): void {
  if (row.revokedAt) throw new WeirError('api_key_revoked', 'This API key was revoked. Create another one.');
  if (row.leakedAt) {
    throw new WeirError(
      'api_key_leaked',
      'This API key was found in public and is disabled. Rotate it in the dashboard, and use the new one.',
    );
  }
  if (row.disabledAt) {
    throw new WeirError('api_key_disabled', 'This API key is disabled. See its state in the dashboard.');
  }
  const now = new Date();
  if (row.expiresAt && row.expiresAt <= now) {
    throw new WeirError('api_key_expired', 'This API key has expired. Create another one.');
  }
  if (row.hash !== hash && (row.previousExpiresAt === null || row.previousExpiresAt <= now)) {
    throw new WeirError('api_key_expired', 'This API key was replaced by a rotation. Use the new one.');
  }
}
