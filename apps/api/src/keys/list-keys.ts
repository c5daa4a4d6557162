import type { Db } from '@weir/db/connect';
import { apiKeys, keySpend, usageDaily } from '@weir/db/schema';
import { and, desc, eq, inArray, lt, sql, type SQL } from 'drizzle-orm';
import { pageOf } from '../page.ts';
import { budgetPeriods } from './budget-periods.ts';
import { keyState } from './key-state.ts';
import type { BudgetsView, KeyPage, KeyState, ListedKeyView, PreviousSecretView } from './key-view.ts';

const RECENT_DAYS = 30;

/** An account's own keys, newest first; not those that the dashboard makes for its playground. */
export async function listKeys(
  db: Db,
  accountId: string,
  page: { cursor?: string | undefined; limit: number },
): Promise<KeyPage> {
  const keys = await readKeys(
    db,
    page.limit + 1,
    and(
      eq(apiKeys.accountId, accountId),
      eq(apiKeys.kind, 'secret'),
      page.cursor === undefined ? undefined : lt(apiKeys.id, page.cursor),
    ),
  );
  return pageOf(keys, page.limit, (key) => key.keyId);
}

/** The one key that the condition names. */
export async function findKey(db: Db, condition: SQL | undefined): Promise<ListedKeyView | undefined> {
  const [key] = await readKeys(db, 1, condition);
  return key;
}

/** A key, and what it spends. */
export interface KeyRow {
  key: typeof apiKeys.$inferSelect;
  spend: typeof keySpend.$inferSelect;
  /** By the clock that counts the spending. */
  today: string;
  now: Date;
}

/** Newest first. */
export function readKeyRows(
  db: Db,
  { limit, offset = 0 }: { limit: number; offset?: number },
  condition: SQL | undefined,
): Promise<KeyRow[]> {
  return db
    .select({
      key: apiKeys,
      spend: keySpend,
      today: sql<string>`(now() at time zone 'UTC')::date::text`,
      now: sql`now()`.mapWith(apiKeys.createdAt),
    })
    .from(apiKeys)
    .innerJoin(keySpend, eq(keySpend.keyId, apiKeys.id))
    .where(condition)
    .orderBy(desc(apiKeys.id))
    .limit(limit)
    .offset(offset);
}

async function readKeys(db: Db, limit: number, condition: SQL | undefined): Promise<ListedKeyView[]> {
  const rows = await readKeyRows(db, { limit }, condition);
  const recent = await readRecentSpend(db, rows);
  return rows.map((row) => keyView(row, recent.get(row.key.id) ?? '0'));
}

/** What each of one account's keys spent in the last days, today included. */
async function readRecentSpend(db: Db, rows: readonly KeyRow[]): Promise<ReadonlyMap<string, string>> {
  const [first] = rows;
  if (!first) return new Map();
  const sums = await db
    .select({ keyId: usageDaily.keyId, nanoUsd: sql<string>`sum(${usageDaily.chargeNanoUsd})::text` })
    .from(usageDaily)
    .where(
      and(
        eq(usageDaily.accountId, first.key.accountId),
        sql`${usageDaily.day} > ${first.today}::date - ${RECENT_DAYS}::int`,
        inArray(
          usageDaily.keyId,
          rows.map(({ key }) => key.id),
        ),
      ),
    )
    .groupBy(usageDaily.keyId);
  return new Map(sums.map(({ keyId, nanoUsd }) => [keyId, nanoUsd]));
}

function keyView({ key, spend, today, now }: KeyRow, spend30dNanoUsd: string): ListedKeyView {
  return {
    keyId: key.id,
    name: key.name,
    prefix: key.prefix,
    last4: key.last4,
    createdAt: key.createdAt.toISOString(),
    state: stateOf(key, now),
    lastUsedAt: spend.lastUsedAt?.toISOString() ?? null,
    expiresAt: key.expiresAt?.toISOString() ?? null,
    disabled: key.disabledAt !== null,
    revokedAt: key.revokedAt?.toISOString() ?? null,
    previousSecret: previousSecretOf(key, spend, now),
    spend30dNanoUsd,
    spentTotalNanoUsd: spend.spentTotalNanoUsd.toString(),
    scopes: key.scopes,
    disconnectPolicy: key.disconnectPolicy,
    concurrencyMax: key.concurrencyMax,
    vendors: key.vendors,
    regions: key.regions,
    requestsPerMinuteMax: key.requestsPerMinuteMax,
    tokensPerMinuteMax: key.tokensPerMinuteMax,
    models: key.models,
    addresses: key.addresses,
    running: spend.running,
    heldNanoUsd: spend.heldNanoUsd.toString(),
    budgets: budgetsView(key, spend, today),
  };
}

function stateOf(key: KeyRow['key'], now: Date): KeyState {
  const state = keyState(key);
  return state === 'active' && key.expiresAt && key.expiresAt <= now ? 'expired' : state;
}

function previousSecretOf(
  { previousLast4, previousExpiresAt, revokedAt }: KeyRow['key'],
  { previousSecretUsedAt }: KeyRow['spend'],
  now: Date,
): PreviousSecretView | null {
  if (previousLast4 === null || previousExpiresAt === null || previousExpiresAt <= now || revokedAt)
    return null;
  return {
    last4: previousLast4,
    expiresAt: previousExpiresAt.toISOString(),
    lastUsedAt: previousSecretUsedAt?.toISOString() ?? null,
  };
}

function budgetsView(key: KeyRow['key'], spend: KeyRow['spend'], today: string): BudgetsView {
  const { day, week, month } = budgetPeriods(today);
  const spent = spentLately(spend, today);
  const budget = (limit: bigint | null, spentNanoUsd: bigint, resetsAt: string | null) =>
    limit === null
      ? null
      : { limitNanoUsd: limit.toString(), spentNanoUsd: spentNanoUsd.toString(), resetsAt };
  return {
    total: budget(key.budgetTotalNanoUsd, spend.spentTotalNanoUsd, null),
    day: budget(key.budgetDayNanoUsd, spent.dayNanoUsd, day.endsAt),
    week: budget(key.budgetWeekNanoUsd, spent.weekNanoUsd, week.endsAt),
    month: budget(key.budgetMonthNanoUsd, spent.monthNanoUsd, month.endsAt),
  };
}

/** In the present periods: what was counted in another one is over. */
export function spentLately(spend: KeyRow['spend'], today: string) {
  const { day, week, month } = budgetPeriods(today);
  return {
    dayNanoUsd: spend.day === day.firstDay ? spend.spentDayNanoUsd : 0n,
    weekNanoUsd: spend.week === week.firstDay ? spend.spentWeekNanoUsd : 0n,
    monthNanoUsd: spend.month === month.firstDay ? spend.spentMonthNanoUsd : 0n,
  };
}
