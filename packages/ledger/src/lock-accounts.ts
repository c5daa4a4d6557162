import type { AnySql, PendingQuery } from '@weir/db/sql';

/** An account as the transaction that has locked it sees it. */
export interface LockedAccount {
  readonly id: string;
  readonly availableNanoUsd: bigint;
  /** Calls under way. */
  readonly running: number;
  readonly concurrencyMax: number | null;
  /** The one in which the transaction began, counted from that of Unix time 0. */
  readonly minute: number;
}

/**
 * Locks these accounts until the transaction ends. Everything that belongs to an account (its counters, its keys'
 * counters, its requests leaving `held`, its roll-ups) changes only under this lock, and several are always taken in
 * the order of their ids: whatever runs at the same time, nobody waits in a circle. What is returned, and what the
 * statements that follow see, is what all earlier holders of the locks have committed.
 */
export function lockAccounts(tx: AnySql, accountIds: Iterable<string>): PendingQuery<LockedAccount[]> {
  const ids = [...new Set(accountIds)];
  return tx<LockedAccount[]>`
    select id, balance_nano_usd - held_nano_usd as "availableNanoUsd", running, concurrency_max as "concurrencyMax",
      floor(extract(epoch from now()) / 60)::int as minute
    from accounts where id = any(${ids}::text[]) order by id for no key update`;
}
