import { WeirError } from '@weir/core/errors';
import type { Db } from '@weir/db/connect';
import { apiKeys } from '@weir/db/schema';
import { eq } from 'drizzle-orm';

/** What is set of a key, and whose it is. @throws {WeirError} `not_found` */
export async function keySettings(db: Db, keyId: string) {
  const [settings] = await db
    .select({
      accountId: apiKeys.accountId,
      name: apiKeys.name,
      disconnectPolicy: apiKeys.disconnectPolicy,
      concurrencyMax: apiKeys.concurrencyMax,
      budgetTotalNanoUsd: apiKeys.budgetTotalNanoUsd,
      budgetDayNanoUsd: apiKeys.budgetDayNanoUsd,
      budgetWeekNanoUsd: apiKeys.budgetWeekNanoUsd,
      budgetMonthNanoUsd: apiKeys.budgetMonthNanoUsd,
    })
    .from(apiKeys)
    .where(eq(apiKeys.id, keyId));
  if (!settings) throw new WeirError('not_found', `There is no key ${keyId}.`, { param: 'keyId' });
  return settings;
}
