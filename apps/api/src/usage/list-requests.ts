import { WeirError } from '@weir/core/errors';
import type { Db } from '@weir/db/connect';
import { apiKeys, prices, requests } from '@weir/db/schema';
import { and, desc, eq, lt, type SQL } from 'drizzle-orm';
import { pageOf } from '../page.ts';
import { failed } from './failed.ts';
import type { UsageListInput } from './usage-inputs.ts';
import { usageRow } from './usage-row.ts';
import type { UsagePage, UsageRow } from './usage-view.ts';

/** An account's requests, newest first. */
export async function listRequests(db: Db, accountId: string, input: UsageListInput): Promise<UsagePage> {
  const { cursor, limit, keyId, modelId, outcome } = input;
  const rows = await readRows(
    db,
    limit + 1,
    eq(requests.accountId, accountId),
    cursor === undefined ? undefined : lt(requests.id, cursor),
    keyId === undefined ? undefined : eq(requests.keyId, keyId),
    modelId === undefined ? undefined : eq(requests.modelId, modelId),
    outcome === undefined ? undefined : outcome === 'failed' ? failed : eq(requests.outcome, outcome),
  );
  return pageOf(rows, limit, (row) => row.requestId);
}

/** @throws {WeirError} `not_found`, for another account's request as for none. */
export async function findRequest(db: Db, accountId: string, requestId: string): Promise<UsageRow> {
  const [row] = await readRows(db, 1, eq(requests.accountId, accountId), eq(requests.id, requestId));
  if (!row) throw new WeirError('not_found', `There is no request ${requestId}.`, { param: 'requestId' });
  return row;
}

async function readRows(db: Db, limit: number, ...conditions: (SQL | undefined)[]): Promise<UsageRow[]> {
  const rows = await db
    .select({ request: requests, keyName: apiKeys.name, price: prices })
    .from(requests)
    .leftJoin(apiKeys, and(eq(apiKeys.id, requests.keyId), eq(apiKeys.accountId, requests.accountId)))
    .leftJoin(prices, eq(prices.id, requests.priceId))
    .where(and(...conditions))
    .orderBy(desc(requests.id))
    .limit(limit);
  return rows.map(usageRow);
}
