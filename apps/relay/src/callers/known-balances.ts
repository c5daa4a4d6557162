import { recentEntries } from '@weir/settings/recent-entries';

/** What each account could spend when its last hold was granted: a hint, never a reason to grant or to refuse. */
export interface KnownBalances {
  /** In nanoUsd; undefined when nothing recent is known. */
  find(accountId: string): bigint | undefined;
  remember(accountId: string, availableNanoUsd: bigint): void;
  /** The account was refused something: it has to be asked first from now on. */
  forget(accountId: string): void;
}

const ACCOUNTS_MAX = 50_000;

/** Other relays spend from the same account. */
const TTL_MS = 10_000;

export function knownBalances(): KnownBalances {
  const known = recentEntries<bigint>({ entriesMax: ACCOUNTS_MAX, ttlMs: TTL_MS });
  return {
    find: (accountId) => known.get(accountId),
    remember: (accountId, availableNanoUsd) => void known.set(accountId, availableNanoUsd),
    forget: (accountId) => void known.delete(accountId),
  };
}
