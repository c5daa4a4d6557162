import type { Db } from '@weir/db/connect';
import { apiKeys, requests } from '@weir/db/schema';
import { and, desc, eq, gte, lt, sql } from 'drizzle-orm';
import { pageOf } from '../page.ts';
import { firstRequestIdAt } from '../usage/request-id-range.ts';
import type { KeyPage } from './key-view.ts';

const SPEND_PERIOD_MS = 30 * 24 * 60 * 60 * 1000;

/** An account's own keys, newest first; not those that the dashboard makes for its playground. */
export async function listKeys(
  db: Db,
  accountId: string,
  page: { cursor?: string | undefined; limit: number },
): Promise<KeyPage> {
  const ofKey = and(eq(requests.accountId, apiKeys.accountId), eq(requests.keyId, apiKeys.id));
  const lastUse = db
    .select({ at: requests.createdAt })
    .from(requests)
    .where(ofKey)
    .orderBy(desc(requests.id))
    .limit(1)
    .as('last_use');
  const spend = db
    .select({ nanoUsd: sql<string>`coalesce(sum(${requests.chargeNanoUsd}), 0)::text`.as('nano_usd') })
    .from(requests)
    .where(and(ofKey, gte(requests.id, firstRequestIdAt(Date.now() - SPEND_PERIOD_MS))))
    .as('spend');
  const rows = await db
    .select({ key: apiKeys, lastUsedAt: lastUse.at, spend30dNanoUsd: spend.nanoUsd })
    .from(apiKeys)
    .leftJoinLateral(lastUse, sql`true`)
    .crossJoinLateral(spend)
    .where(
      and(
        eq(apiKeys.accountId, accountId),
        eq(apiKeys.kind, 'secret'),
        page.cursor === undefined ? undefined : lt(apiKeys.id, page.cursor),
      ),
    )
    .orderBy(desc(apiKeys.id))
    .limit(page.limit + 1);
  const keys = rows.map(({ key, lastUsedAt, spend30dNanoUsd }) => ({
    keyId: key.id,
    name: key.name,
    prefix: key.prefix,
    last4: key.last4,
    createdAt: key.createdAt.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
    revokedAt: key.revokedAt?.toISOString() ?? null,
    spend30dNanoUsd,
  }));
  return pageOf(keys, page.limit, (key) => key.keyId);
}
