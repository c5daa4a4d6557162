import { unknownSecrets, type SecretKind } from '@weir/settings/unknown-secrets';
import { LRUCache } from 'lru-cache';

/** Looks up what somebody came with, by its hash, and keeps whoever makes such up from the database. */
export interface SecretLookUps {
  /**
   * @param read asks the database.
   * @throws {WeirError} `rate_limited` after too many unknown ones from the address.
   */
  find<Found>(
    hash: string,
    address: string,
    read: () => Promise<Found | undefined>,
  ): Promise<Found | undefined>;
  /** There is one with this hash: it goes on from an address that is shut out. */
  met(hash: string): void;
}

/** Hashes of what there is; some 100 bytes each. */
const MET_MAX = 50_000;

export function secretLookUps(kind: SecretKind, perMinuteMax: number): SecretLookUps {
  const unknown = unknownSecrets(kind, perMinuteMax);
  const met = new LRUCache<string, true>({ max: MET_MAX });
  return {
    async find(hash, address, read) {
      if (!met.has(hash)) {
        if (unknown.isKnownUnknown(hash)) return undefined;
        const found = await unknown.lookUp(address, hash, read);
        if (found !== undefined) met.set(hash, true);
        return found;
      }
      const found = await read();
      if (found === undefined) met.delete(hash);
      return found;
    },
    met: (hash) => void met.set(hash, true),
  };
}
