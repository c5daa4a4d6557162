/** Days over which the pace of spending is taken. */
export const PACE_DAYS = 7;

/**
 * How many whole days a balance lasts at the pace of the last seven days; undefined when nothing was spent in them.
 * @param days spend by calendar day, any number of rows a day.
 * @param recentDays the days that make the pace, today among them.
 */
export function runwayDays(
  availableNanoUsd: bigint,
  days: readonly { day: string; spendNanoUsd: string }[],
  recentDays: readonly string[],
): number | undefined {
  const recent = new Set(recentDays);
  const spent = days
    .filter(({ day }) => recent.has(day))
    .reduce((sum, { spendNanoUsd }) => sum + BigInt(spendNanoUsd), 0n);
  if (spent === 0n || recentDays.length === 0) return undefined;
  if (availableNanoUsd <= 0n) return 0;
  return Number((availableNanoUsd * BigInt(recentDays.length)) / spent);
}
