import { WeirError } from '@weir/core/errors';
import type { Db } from '@weir/db/connect';
import { apiKeys } from '@weir/db/schema';
import { and, eq, sql } from 'drizzle-orm';
import type { RevokedKeyView } from './key-view.ts';

/**
 * Revokes a key for good, on every relay at once. Doing it again keeps the first time.
 * @param cutRunning whether the calls under way are ended too; they are charged for what was delivered.
 * @param accountId whose key it must be; left out by an operator.
 * @throws {WeirError} `not_found`, for another account's key as for none.
 */
export async function revokeKey(
  db: Db,
  { keyId, cutRunning }: { keyId: string; cutRunning: boolean },
  accountId?: string,
): Promise<RevokedKeyView> {
  const [key] = await db
    .update(apiKeys)
    .set({
      revokedAt: sql`coalesce(${apiKeys.revokedAt}, now())`,
      cutsRunning: sql`${apiKeys.cutsRunning} or ${cutRunning}`,
    })
    .where(and(eq(apiKeys.id, keyId), accountId === undefined ? undefined : eq(apiKeys.accountId, accountId)))
    .returning({ revokedAt: apiKeys.revokedAt });
  if (!key?.revokedAt) throw new WeirError('not_found', `There is no key ${keyId}.`, { param: 'keyId' });
  return { keyId, revokedAt: key.revokedAt.toISOString() };
}
