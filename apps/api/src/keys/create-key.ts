import { apiKeyHint, hashSecret, newApiKey } from '@weir/core/api-key';
import { newId } from '@weir/core/ids';
import type { Db } from '@weir/db/connect';
import { apiKeys, type keyKind } from '@weir/db/schema';
import { requireOpenAccount } from '../leaving/require-open-account.ts';
import { limitColumns, type KeyLimits } from './key-limits.ts';
import type { NewKeyView } from './key-view.ts';

export interface NewKey extends KeyLimits {
  accountId: string;
  name: string;
  kind?: (typeof keyKind.enumValues)[number];
}

/**
 * Makes an API key. The key itself is in the answer alone; the table gets its hash.
 * @throws {WeirError} `not_found` when there is no such account; `conflict` when it is to be deleted.
 */
export async function createKey(db: Db, newKey: NewKey): Promise<NewKeyView> {
  const { accountId, name, kind, ...limits } = newKey;
  const key = newApiKey();
  const keyId = newId('key');
  const createdAt = new Date();
  const hint = apiKeyHint(key);
  await db.transaction(async (tx) => {
    await requireOpenAccount(tx, accountId);
    await tx.insert(apiKeys).values({
      id: keyId,
      accountId,
      name,
      kind,
      hash: hashSecret(key),
      createdAt,
      ...hint,
      ...limitColumns(limits),
    });
  });
  return { keyId, name, key, ...hint, createdAt: createdAt.toISOString() };
}
