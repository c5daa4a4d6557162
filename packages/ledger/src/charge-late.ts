import { newId } from '@weir/core/ids';
import type { Sql } from '@weir/db/sql';
import type { Closing } from './close-holds.ts';
import { SPENT_BY_PERIOD, TODAY } from './closed-effects.ts';
import { lockAccounts } from './lock-accounts.ts';

/** Written once for each request, whoever tries and how often. */
const CHARGE_LATE = `
with ${TODAY}, entry as (
  insert into entries (account_id, id, kind, amount_nano_usd, ref)
  values ($1, $2, 'late_charge', -$3::bigint, 'late_charge:' || $4)
  on conflict (ref) do nothing
  returning account_id, -amount_nano_usd as charge
), of_account as (
  update accounts set balance_nano_usd = balance_nano_usd - entry.charge
  from entry where accounts.id = entry.account_id
)
update key_spend set spent_total_nano_usd = spent_total_nano_usd + sums.charge, ${SPENT_BY_PERIOD}
from entry as sums cross join today where key_spend.key_id = $5`;

/**
 * Charges a call whose hold had expired before it could be settled, as the database was away for longer than a hold
 * lives: its row has left `held` for good, so the charge is an entry of the journal.
 */
export async function chargeLate(sql: Sql, closing: Closing): Promise<void> {
  const { accountId, keyId, requestId, chargeNanoUsd } = closing;
  await sql.begin(async (tx) => {
    await lockAccounts(tx, [accountId]);
    await tx.unsafe(CHARGE_LATE, [accountId, newId('entry'), chargeNanoUsd.toString(), requestId, keyId]);
  });
}
