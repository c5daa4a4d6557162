import { LRUCache } from 'lru-cache';

export interface RecentEntriesOptions {
  readonly entriesMax: number;
  /** From when an entry was set. */
  readonly ttlMs: number;
}

/**
 * The entries that were used last, for a while. They take memory as they come: told of its `max`, the cache would lay in
 * room for all of them at once, some 50 bytes each.
 */
export function recentEntries<Value extends {}>({
  entriesMax,
  ttlMs,
}: RecentEntriesOptions): LRUCache<string, Value> {
  return new LRUCache({
    maxSize: entriesMax,
    sizeCalculation: () => 1,
    ttl: ttlMs,
    // A clock that is read once a second: otherwise a timer would be set for every millisecond with a look-up.
    ttlResolution: 1_000,
  });
}
