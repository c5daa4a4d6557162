import type { TransactionSql } from '@weir/db/sql';

/**
 * Locks these accounts until the transaction ends. Everything that belongs to an account (its counters, its keys'
 * counters, its requests leaving `held`, its roll-ups) changes only under this lock, and several are always taken in
 * the order of their ids: whatever runs at the same time, nobody waits in a circle. The statements that follow see
 * what all earlier holders of the locks have committed.
 */
export async function lockAccounts(tx: TransactionSql, accountIds: Iterable<string>): Promise<void> {
  const ids = [...new Set(accountIds)];
  await tx`select 1 from accounts where id = any(${ids}::text[]) order by id for no key update`;
}
