import type { Db } from '@weir/db/connect';
import { apiKeys } from '@weir/db/schema';
import { sql } from 'drizzle-orm';
import { limitColumns, type KeyLimits } from './key-limits.ts';
import type { ListedKeyView } from './key-view.ts';
import { findKey } from './list-keys.ts';
import { noSuchKey, ownKey } from './own-key.ts';

export interface KeyChange extends KeyLimits {
  keyId: string;
  name?: string | undefined;
  /** It is refused until it is enabled again. */
  disabled?: boolean | undefined;
}

/**
 * Changes a key, on every relay at once. Calls under way go on as they were admitted.
 * @param accountId whose key it must be; left out by an operator.
 * @throws {WeirError} `not_found`, for another account's key and for the playground's as for none.
 */
export async function updateKey(db: Db, change: KeyChange, accountId?: string): Promise<ListedKeyView> {
  const { keyId, name, disabled, ...limits } = change;
  const disabledAt = sql`coalesce(${apiKeys.disabledAt}, now())`;
  const columns = {
    name,
    ...(disabled !== undefined && { disabledAt: disabled ? disabledAt : null }),
    ...limitColumns(limits),
  };
  return db.transaction(async (tx) => {
    const own = ownKey(keyId, accountId);
    const isChanged = Object.values(columns).some((value) => value !== undefined);
    if (isChanged) await tx.update(apiKeys).set(columns).where(own);
    const key = await findKey(tx, own);
    if (!key) throw noSuchKey(keyId);
    return key;
  });
}
