import type { Database } from '@weir/db/connect';

const BATCH_ROWS = 500;

/**
 * Releases holds whose time is over: their relay died before it could close them. Such a call costs nothing.
 * Accounts are locked in the order of their ids, so sweeps and batches can't deadlock with one another.
 * @returns how many holds were released.
 */
export async function expireHolds(
  { sql }: Pick<Database, 'sql'>,
  { limit = BATCH_ROWS } = {},
): Promise<number> {
  const [row] = await sql<{ released: number }[]>`
    with due as (
      select account_id, id from requests
      where state = 'held' and hold_expires_at < now()
      order by hold_expires_at limit ${limit}
      for update skip locked
    ), expired as (
      update requests set state = 'expired', outcome = 'expired', closed_at = now()
      from due where requests.account_id = due.account_id and requests.id = due.id and requests.state = 'held'
      returning requests.account_id, requests.hold_nano_usd
    ), sums as (
      select account_id, sum(hold_nano_usd) as amount from expired group by account_id
    ), locked as (
      select accounts.id, sums.amount from accounts join sums on sums.account_id = accounts.id
      order by accounts.id for update of accounts
    ), returned as (
      update accounts set held_nano_usd = held_nano_usd - locked.amount
      from locked where accounts.id = locked.id
    )
    select count(*)::int as released from expired`;
  return row?.released ?? 0;
}
