import type { Database, TransactionSql } from '@weir/db/connect';
import { DATA_INVENTORY, isOwned } from '@weir/db/data-inventory';

/** `held`: a law wants the data kept. `not_due`: taken back, erased already, or too early. */
export type Erasing = 'erased' | 'held' | 'not_due';

/**
 * Erases what says whose an account was, everywhere, as the inventory of data has it. What the books need stays, under
 * ids that lead to nobody. All of it or nothing; a second time finds it done.
 */
export function eraseAccount({ sql }: Pick<Database, 'sql'>, accountId: string): Promise<Erasing> {
  return sql.begin(async (tx): Promise<Erasing> => {
    // A legal hold is placed under the same lock.
    await tx`select 1 from accounts where id = ${accountId} for update`;
    const [due] = await tx`
      select 1 from account_closures
      where account_id = ${accountId} and erased_at is null and erase_after <= now() for update`;
    if (!due) return 'not_due';
    const [hold] = await tx`select 1 from legal_holds where account_id = ${accountId}`;
    if (hold) return 'held';
    await eraseRows(tx, accountId);
    await tx`update account_closures set erased_at = now() where account_id = ${accountId}`;
    return 'erased';
  });
}

async function eraseRows(tx: TransactionSql, accountId: string): Promise<void> {
  for (const [table, { owner, erased, columns }] of Object.entries(DATA_INVENTORY)) {
    if (typeof owner === 'string') continue;
    const where = isOwned(owner, '$1');
    if (erased === 'deleted') await tx.unsafe(`delete from "${table}" where ${where}`, [accountId]);
    else if (columns.personal) {
      const nothing = columns.personal.map((column) => `"${column}" = null`).join(', ');
      const isSet = `num_nonnulls(${columns.personal.map((column) => `"${column}"`).join(', ')}) > 0`;
      await tx.unsafe(`update "${table}" set ${nothing} where ${where} and ${isSet}`, [accountId]);
    }
  }
}
