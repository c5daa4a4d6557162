/** The CTE of the day, the week and the month that it is, in UTC, and of the minute since Unix time 0. */
export const TODAY = `today as (
  select day, date_trunc('week', day)::date as week, date_trunc('month', day)::date as month, minute
  from (select (now() at time zone 'UTC')::date as day, floor(extract(epoch from now()) / 60)::int as minute) as utc
)`;

/** What a key has spent in the present day, week or month, by its row in `key_spend`. */
export function spentIn(period: 'day' | 'week' | 'month'): string {
  return `case when spend.${period} = today.${period} then spend.spent_${period}_nano_usd else 0 end`;
}

/**
 * The minute in which a key's calls are counted, by its row in `key_spend`: a transaction that began before another may
 * come to the row after it, and takes no minute back.
 */
export const COUNTED_MINUTE = 'greatest(spend.minute, today.minute)';

/** What a key has counted in that minute. */
export function countedInMinute(what: 'requests' | 'tokens'): string {
  return `case when spend.minute >= today.minute then spend.${what}_minute else 0 end`;
}

/** How long that minute still goes on, in ms. */
export const MINUTE_ENDS_IN_MS = `ceil((${COUNTED_MINUTE} + 1) * 60000::float8 - extract(epoch from now()) * 1000)::float8`;
