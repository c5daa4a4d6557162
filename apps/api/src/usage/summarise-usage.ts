import type { Db } from '@weir/db/connect';
import { requests } from '@weir/db/schema';
import { and, asc, eq, gte, lt, sql } from 'drizzle-orm';
import { failed } from './failed.ts';
import { localDays, type LocalDay } from './local-days.ts';
import { firstRequestIdAt } from './request-id-range.ts';
import type { UsageSummary, UsageTotals } from './usage-view.ts';

/** An id carries its relay's clock and the row the database's: further apart than this they do not come. */
const CLOCK_SKEW_MAX_MS = 10 * 60 * 1000;

/** What an account used in the `days` local days that end with today, and in as many before. */
export async function summariseUsage(
  db: Db,
  accountId: string,
  input: { days: number; timeZone: string },
): Promise<UsageSummary> {
  const calendar = localDays(input.timeZone, input.days * 2, Date.now());
  const [previousDays, days] = [calendar.slice(0, input.days), calendar.slice(input.days)];
  const [start, previousStart] = [startOf(days), startOf(previousDays)];
  const [totals, previous, byDay] = await Promise.all([
    readTotals(db, within(accountId, start)),
    readTotals(db, within(accountId, previousStart, start)),
    readDays(db, accountId, days),
  ]);
  return { ...totals, previous, days: byDay };
}

function startOf(days: readonly LocalDay[]): Date {
  const [first] = days;
  if (!first) throw new RangeError('a period has at least one day');
  return first.startsAt;
}

/** The range of ids finds the rows by the primary key; their own time decides. */
function within(accountId: string, from: Date, until?: Date) {
  return and(
    eq(requests.accountId, accountId),
    gte(requests.id, firstRequestIdAt(from.getTime() - CLOCK_SKEW_MAX_MS)),
    gte(requests.createdAt, from),
    until && lt(requests.id, firstRequestIdAt(until.getTime() + CLOCK_SKEW_MAX_MS)),
    until && lt(requests.createdAt, until),
  );
}

async function readTotals(db: Db, condition: ReturnType<typeof within>): Promise<UsageTotals> {
  const [totals] = await db
    .select({
      spendNanoUsd: sql<string>`coalesce(sum(${requests.chargeNanoUsd}), 0)::text`,
      requests: sql<number>`count(*)::float8`,
      failed: sql<number>`count(*) filter (where ${failed})::float8`,
      inputTokens: sql<number>`coalesce(sum(${requests.inputTokens}), 0)::float8`,
      outputTokens: sql<number>`coalesce(sum(${requests.outputTokens}), 0)::float8`,
      firstByteMsP50: sql<
        number | null
      >`round(percentile_cont(0.5) within group (order by ${requests.firstByteMs}))::int`,
    })
    .from(requests)
    .where(condition);
  if (!totals) throw new Error('an aggregate without a row');
  return totals;
}

async function readDays(db: Db, accountId: string, days: readonly LocalDay[]): Promise<UsageSummary['days']> {
  const starts = `{${days.map(({ startsAt }) => startsAt.toISOString()).join(',')}}`;
  const dayNumber = sql<number>`width_bucket(${requests.createdAt}, ${starts}::timestamptz[])`.as(
    'day_number',
  );
  const rows = await db
    .select({
      dayNumber,
      modelId: requests.modelId,
      spendNanoUsd: sql<string>`sum(${requests.chargeNanoUsd})::text`,
      requests: sql<number>`count(*)::float8`,
    })
    .from(requests)
    .where(within(accountId, startOf(days)))
    .groupBy(sql`day_number`, requests.modelId)
    .orderBy(sql`day_number`, asc(requests.modelId));
  return rows.flatMap(({ dayNumber, ...row }) => {
    const day = days[dayNumber - 1]?.day;
    return day === undefined ? [] : [{ day, ...row }];
  });
}
