import { apiKeyHint, hashSecret, newApiKey } from '@weir/core/api-key';
import { WeirError } from '@weir/core/errors';
import type { Db } from '@weir/db/connect';
import { apiKeys, keySpend } from '@weir/db/schema';
import { and, eq, gt, isNull, sql } from 'drizzle-orm';
import type { ListedKeyView, RotatedKeyView } from './key-view.ts';
import { findKey } from './list-keys.ts';
import { noSuchKey, ownKey } from './own-key.ts';

const HOUR_MS = 60 * 60 * 1000;

/**
 * Gives a key a new secret; the old one works beside it for so long. It stays one key: its name, limits, budgets and
 * usage are those of both. The secret of an earlier rotation ends at once, and so does one that was found in public.
 * @param accountId whose key it must be; left out by an operator.
 * @throws {WeirError} `not_found`, for another account's key and for the playground's as for none, and `conflict` for a
 * revoked one.
 */
export async function rotateKey(
  db: Db,
  { keyId, overlapHours }: { keyId: string; overlapHours: number },
  accountId?: string,
): Promise<RotatedKeyView> {
  const key = newApiKey();
  const hint = apiKeyHint(key);
  return db.transaction(async (tx) => {
    const [old] = await tx.select().from(apiKeys).where(ownKey(keyId, accountId)).for('update');
    if (!old) throw noSuchKey(keyId);
    if (old.revokedAt) {
      throw new WeirError('conflict', 'A revoked key can’t be rotated. Make a new one.', { param: 'keyId' });
    }
    const rotatedAt = new Date();
    const overlapMs = old.leakedAt ? 0 : overlapHours * HOUR_MS;
    const previousExpiresAt = new Date(rotatedAt.getTime() + overlapMs);
    await tx
      .update(apiKeys)
      .set({
        hash: hashSecret(key),
        ...hint,
        previousHash: old.hash,
        previousLast4: old.last4,
        previousExpiresAt,
        rotatedAt,
        leakedAt: null,
      })
      .where(eq(apiKeys.id, keyId));
    await tx.update(keySpend).set({ previousSecretUsedAt: null }).where(eq(keySpend.keyId, keyId));
    const { name, createdAt } = old;
    return {
      keyId,
      name,
      key,
      ...hint,
      createdAt: createdAt.toISOString(),
      previousExpiresAt: previousExpiresAt.toISOString(),
    };
  });
}

/**
 * Ends the time in which a rotation's old secret works; does nothing where it is over.
 * @throws {WeirError} `not_found`, as above.
 */
export async function endOverlap(db: Db, keyId: string, accountId?: string): Promise<ListedKeyView> {
  return db.transaction(async (tx) => {
    const own = ownKey(keyId, accountId);
    await tx
      .update(apiKeys)
      .set({ previousExpiresAt: sql`now()` })
      .where(and(own, gt(apiKeys.previousExpiresAt, sql`now()`), isNull(apiKeys.revokedAt)));
    const key = await findKey(tx, own);
    if (!key) throw noSuchKey(keyId);
    return key;
  });
}
