import { WeirError } from '@weir/core/errors';
import { addressGroup } from './address-group.ts';
import { recentEntries } from './recent-entries.ts';

/** What lets in and is looked up, as a sentence about many of it says. */
export type SecretKind = 'API keys' | 'sessions';

/** Keeps whoever makes secrets up from the database: each address may ask it for so many unknown ones a minute. */
export interface UnknownSecrets {
  /** Whether this one was looked for a moment ago, and not found. */
  isKnownUnknown(hash: string): boolean;
  /**
   * Looks one up, if its address may ask. So many look-ups of an address run at a time as it may still fail; the
   * others wait for them, so that nobody's good one is refused for those that came with it.
   * @throws {WeirError} `rate_limited`
   */
  lookUp<Found>(
    address: string,
    hash: string,
    find: () => Promise<Found | undefined>,
  ): Promise<Found | undefined>;
  /** There may be such a one now. */
  forget(hash: string): void;
  forgetAll(): void;
}

const MINUTE_MS = 60_000;

/** Some 100 bytes each. */
const ADDRESSES_MAX = 50_000;
const HASHES_MAX = 50_000;

/** Should the notice of a new one get lost, it is found after this. */
const HASH_TTL_MS = 30_000;

interface Asking {
  unknown: number;
  running: number;
  /** Wait for a look-up to end. */
  readonly waiting: (() => void)[];
}

export function unknownSecrets(kind: SecretKind, perMinuteMax: number): UnknownSecrets {
  const hashes = recentEntries<true>({ entriesMax: HASHES_MAX, ttlMs: HASH_TTL_MS });
  const askers = recentEntries<Asking>({ entriesMax: ADDRESSES_MAX, ttlMs: MINUTE_MS });

  const askerAt = (address: string): Asking => {
    const network = addressGroup(address);
    const known = askers.get(network);
    if (known) return known;
    const asking: Asking = { unknown: 0, running: 0, waiting: [] };
    askers.set(network, asking);
    return asking;
  };

  return {
    isKnownUnknown: (hash) => hashes.has(hash),
    async lookUp(address, hash, find) {
      const asking = askerAt(address);
      while (asking.unknown + asking.running >= perMinuteMax) {
        if (asking.unknown >= perMinuteMax) throw tooMany(kind);
        await new Promise<void>((resolve) => asking.waiting.push(resolve));
      }
      asking.running++;
      try {
        const found = await find();
        if (found === undefined) {
          asking.unknown++;
          hashes.set(hash, true);
        }
        return found;
      } finally {
        asking.running--;
        for (const wake of asking.waiting.splice(0)) wake();
      }
    },
    forget: (hash) => void hashes.delete(hash),
    forgetAll: () => hashes.clear(),
  };
}

function tooMany(kind: SecretKind): WeirError {
  return new WeirError(
    'rate_limited',
    `Too many unknown ${kind} came from this address. Try again in a minute.`,
    { retryAfterSeconds: MINUTE_MS / 1000 },
  );
}
