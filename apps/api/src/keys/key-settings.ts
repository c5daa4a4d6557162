import { WeirError } from '@weir/core/errors';
import type { Db } from '@weir/db/connect';
import { apiKeys } from '@weir/db/schema';
import { eq, sql } from 'drizzle-orm';

/**
 * What is set of a key, for the audit log, and whose it is. What the holder calls it, and where they call from, is
 * theirs: a line of the log could not be erased with them.
 * @throws {WeirError} `not_found`
 */
export async function keySettings(db: Db, keyId: string) {
  const [settings] = await db
    .select({
      accountId: apiKeys.accountId,
      disconnectPolicy: apiKeys.disconnectPolicy,
      scopes: apiKeys.scopes,
      vendors: apiKeys.vendors,
      regions: apiKeys.regions,
      models: apiKeys.models,
      addressCount: sql<number>`coalesce(cardinality(${apiKeys.addresses}), 0)`,
      concurrencyMax: apiKeys.concurrencyMax,
      requestsPerMinuteMax: apiKeys.requestsPerMinuteMax,
      tokensPerMinuteMax: apiKeys.tokensPerMinuteMax,
      budgetTotalNanoUsd: apiKeys.budgetTotalNanoUsd,
      budgetDayNanoUsd: apiKeys.budgetDayNanoUsd,
      budgetWeekNanoUsd: apiKeys.budgetWeekNanoUsd,
      budgetMonthNanoUsd: apiKeys.budgetMonthNanoUsd,
      expiresAt: apiKeys.expiresAt,
      disabledAt: apiKeys.disabledAt,
      previousExpiresAt: apiKeys.previousExpiresAt,
      revokedAt: apiKeys.revokedAt,
    })
    .from(apiKeys)
    .where(eq(apiKeys.id, keyId));
  if (!settings) throw new WeirError('not_found', `There is no key ${keyId}.`, { param: 'keyId' });
  return settings;
}
