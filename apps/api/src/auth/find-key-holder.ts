import { hashSecret, isWellFormedApiKey } from '@weir/core/api-key';
import { WeirError } from '@weir/core/errors';
import type { KeyScope } from '@weir/core/key-scopes';
import { requireUsableKey, type PresentedKey } from '@weir/core/usable-key';
import type { Db } from '@weir/db/connect';
import { apiKeys } from '@weir/db/schema';
import { addressRanges } from '@weir/settings/address-ranges';
import { eq, or } from 'drizzle-orm';
import { keyState } from '../keys/key-state.ts';
import { secretLookUps } from './secret-look-ups.ts';

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
 * @throws {WeirError} `invalid_api_key`, `rate_limited` after too many unknown ones, or what is wrong with its state or the address.
 */
export type FindKeyHolder = (key: string, address: string) => Promise<ApiKeyPrincipal>;

type KeyRow = typeof apiKeys.$inferSelect;

/**
 * Judges keys as the relay does, which most come by: whoever reaches the api's own port gets no further. A malformed key
 * dies on its checksum; a flood of unknown ones ends before the database, and keys that were found before go on.
 */
export function keyHolders(
  db: Db,
  { unknownKeysPerMinuteMax }: { unknownKeysPerMinuteMax: number },
): FindKeyHolder {
  const lookUps = secretLookUps('API keys', unknownKeysPerMinuteMax);
  const read = async (hash: string): Promise<KeyRow | undefined> => {
    const [row] = await db
      .select()
      .from(apiKeys)
      .where(or(eq(apiKeys.hash, hash), eq(apiKeys.previousHash, hash)));
    return row;
  };

  return async (key, address) => {
    const hash = hashSecret(key);
    const row = isWellFormedApiKey(key) ? await lookUps.find(hash, address, () => read(hash)) : undefined;
    if (!row) {
      throw new WeirError('invalid_api_key', 'There is no such API key. Check that it was copied whole.');
    }
    requireUsableKey(presented(row, hash), Date.now(), () => address);
    return { kind: 'api_key', accountId: row.accountId, keyId: row.id, scopes: row.scopes };
  };
}

function presented(row: KeyRow, hash: string): PresentedKey {
  const usesPreviousSecret = row.hash !== hash;
  const ends = [row.expiresAt, usesPreviousSecret ? row.previousExpiresAt : null];
  const endsMs = ends.flatMap((end) => end?.getTime() ?? []);
  return {
    keyName: row.name,
    state: keyState(row),
    expiresAtMs: endsMs.length > 0 ? Math.min(...endsMs) : undefined,
    usesPreviousSecret,
    addresses: row.addresses ? addressRanges(row.addresses) : undefined,
  };
}
