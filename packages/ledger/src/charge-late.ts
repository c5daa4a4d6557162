import { newId } from '@weir/core/ids';
import type { Sql } from '@weir/db/sql';
import type { Closing } from './closing.ts';
import { lockAccounts } from './lock-accounts.ts';
import { Movements } from './movements.ts';
import { write } from './write.ts';

/**
 * Charges a call whose hold had expired before it could be settled, as the database was away for longer than a hold
 * lives: its row has left `held` for good, so the charge is an entry of the journal. Written once for each request,
 * whoever tries and how often.
 */
export async function chargeLate(sql: Sql, closing: Closing): Promise<void> {
  const { accountId, requestId, chargeNanoUsd } = closing;
  await sql.begin(async (tx) => {
    await lockAccounts(tx, [accountId]);
    const written = await tx`
      insert into entries (account_id, id, kind, amount_nano_usd, ref)
      values (${accountId}, ${newId('entry')}, 'late_charge', ${(-chargeNanoUsd).toString()}, ${`late_charge:${requestId}`})
      on conflict (ref) do nothing returning id`;
    if (written.length === 0) return;
    const movements = new Movements();
    movements.chargeLate(closing);
    await write(tx, { closings: [], openings: [], movements });
  });
}
