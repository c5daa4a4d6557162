import { ensureRequestDays } from '@weir/db/request-days';
import type { SqlDatabase } from '@weir/db/sql';

const DAY_MS = 24 * 60 * 60 * 1000;
/** Longer than they are kept by default. */
const DAYS = 40;

/** Has each request that is over be one of a day long past, which its id tells. @returns how many there are. */
export async function ageRequests(sql: SqlDatabase['sql']): Promise<number> {
  const time = new Date(Date.now() - DAYS * DAY_MS);
  await ensureRequestDays(sql, time.getTime());
  const moved = await sql`
    update requests set id = weir_request_id_floor(${time.toISOString()}) || substr(id, 15) where state <> 'held' returning id`;
  return moved.length;
}
