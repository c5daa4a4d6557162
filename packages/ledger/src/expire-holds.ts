import type { Database } from '@weir/db/connect';
import { requestDayTable } from '@weir/db/request-days';
import { lockAccounts } from './lock-accounts.ts';
import { Movements, type Closed } from './movements.ts';
import { write } from './write.ts';

interface Due {
  accountId: string;
  keyId: string;
  id: string;
}

type Expired = Pick<Closed, 'accountId' | 'keyId' | 'modelId' | 'holdNanoUsd' | 'hour'>;

const BATCH_ROWS = 500;

/**
 * How far behind the clock the mark stays: longer than a statement of the ledger may take, so that no hold can turn up
 * behind it.
 */
const MARK_BEHIND_SECONDS = 120;

/** A hold nobody closed: such a call costs nothing. */
const expireStatement = (table: string) => `
update ${table} as requests set state = 'expired', outcome = 'expired', closed_at = now()
from json_to_recordset($1::text::json) as due("accountId" text, id text)
where requests.account_id = due."accountId" and requests.id = due.id and requests.state = 'held'
returning account_id as "accountId", key_id as "keyId", model_id as "modelId", hold_nano_usd as "holdNanoUsd",
  floor(extract(epoch from created_at) / 3600)::int as hour`;

/**
 * Releases holds whose time is over: their relay died before it could close them. Looks no further back than the last
 * complete sweep did, so its cost does not grow with the log.
 * @returns how many holds were released.
 */
export async function expireHolds(
  { sql }: Pick<Database, 'sql'>,
  { limit = BATCH_ROWS } = {},
): Promise<number> {
  const [clock] = await sql<{ mark: string }[]>`
    select (now() - ${MARK_BEHIND_SECONDS}::int * interval '1 s')::text as mark`;
  const due = await sql<Due[]>`
    select account_id as "accountId", key_id as "keyId", id from requests
    where state = 'held' and hold_expires_at > (select swept_to from hold_sweep) and hold_expires_at < now()
    order by hold_expires_at limit ${limit}`;
  const released = due.length === 0 ? 0 : await expire(sql, due);
  if (clock && due.length < limit) {
    await sql`update hold_sweep set swept_to = greatest(swept_to, ${clock.mark}::text::timestamptz)`;
  }
  return released;
}

function expire(sql: Database['sql'], due: readonly Due[]): Promise<number> {
  return sql.begin(async (tx) => {
    await lockAccounts(
      tx,
      due.map(({ accountId }) => accountId),
    );
    const movements = new Movements();
    let released = 0;
    for (const [table, rows] of Map.groupBy(due, ({ id }) => requestDayTable(id))) {
      for (const row of await tx.unsafe<Expired[]>(expireStatement(table), [JSON.stringify(rows)])) {
        movements.close({ ...row, chargeNanoUsd: 0n, failed: true });
        released++;
      }
    }
    if (released > 0) await write(tx, { closings: [], openings: [], movements });
    return released;
  });
}
