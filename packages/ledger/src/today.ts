/** The CTE of the day, the week and the month that it is, in UTC. */
export const TODAY = `today as (
  select day, date_trunc('week', day)::date as week, date_trunc('month', day)::date as month
  from (select (now() at time zone 'UTC')::date as day) as utc
)`;

/** What a key has spent in the present day, week or month, by its row in `key_spend`. */
export function spentIn(period: 'day' | 'week' | 'month'): string {
  return `case when spend.${period} = today.${period} then spend.spent_${period}_nano_usd else 0 end`;
}
