import type { Db } from '@weir/db/connect';
import { usageHourly } from '@weir/db/schema';
import { and, asc, eq, gte, lt, sql } from 'drizzle-orm';
import { localDays, type LocalDay } from './local-days.ts';
import type { UsageSummary, UsageTotals } from './usage-view.ts';

/**
 * What an account used in the `days` local days that end with today, and in as many before. Counted by hours of UTC,
 * which outlive the requests: an hour that the midnight of a half-hour zone splits counts to the day in which it
 * begins.
 */
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

function within(accountId: string, from: Date, until?: Date) {
  return and(
    eq(usageHourly.accountId, accountId),
    gte(usageHourly.hour, from),
    until && lt(usageHourly.hour, until),
  );
}

async function readTotals(db: Db, condition: ReturnType<typeof within>): Promise<UsageTotals> {
  const sumOf = (column: typeof usageHourly.requests) => sql<number>`coalesce(sum(${column}), 0)::float8`;
  const [totals] = await db
    .select({
      spendNanoUsd: sql<string>`coalesce(sum(${usageHourly.chargeNanoUsd}), 0)::text`,
      requests: sumOf(usageHourly.requests),
      failed: sumOf(usageHourly.failed),
      inputTokens: sumOf(usageHourly.inputTokens),
      outputTokens: sumOf(usageHourly.outputTokens),
      firstByteMsMean: sql<
        number | null
      >`round(sum(${usageHourly.firstByteMsSum}) / nullif(sum(${usageHourly.firstByteCount}), 0))::int`,
    })
    .from(usageHourly)
    .where(condition);
  if (!totals) throw new Error('an aggregate without a row');
  return totals;
}

async function readDays(db: Db, accountId: string, days: readonly LocalDay[]): Promise<UsageSummary['days']> {
  const starts = `{${days.map(({ startsAt }) => startsAt.toISOString()).join(',')}}`;
  const dayNumber = sql<number>`width_bucket(${usageHourly.hour}, ${starts}::timestamptz[])`.as('day_number');
  const rows = await db
    .select({
      dayNumber,
      modelId: usageHourly.modelId,
      spendNanoUsd: sql<string>`sum(${usageHourly.chargeNanoUsd})::text`,
      requests: sql<number>`sum(${usageHourly.requests})::float8`,
    })
    .from(usageHourly)
    .where(within(accountId, startOf(days)))
    .groupBy(sql`day_number`, usageHourly.modelId)
    .orderBy(sql`day_number`, asc(usageHourly.modelId));
  return rows.flatMap(({ dayNumber, ...row }) => {
    const day = days[dayNumber - 1]?.day;
    return day === undefined ? [] : [{ day, ...row }];
  });
}
