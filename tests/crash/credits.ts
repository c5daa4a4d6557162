import { setTimeout as delay } from 'node:timers/promises';
import { connect } from '@weir/db/connect';
import { isDatabaseUnavailable } from '@weir/db/unavailable';
import { credit } from '@weir/ledger';
import type { Cast } from './cast.ts';
import type { Random } from './random.ts';

/** A credit that was acknowledged. */
export interface Acknowledged {
  readonly ref: string;
  readonly accountId: string;
  readonly amountNanoUsd: bigint;
}

const EVERY_MS = 40;
const RETRY_MS = 30;

/**
 * Tops accounts up as a payment provider's notices do: some come twice at once, and one that was not answered comes
 * again until it is.
 * @returns all of them, when the last has been acknowledged.
 */
export async function topUp(
  databaseUrl: string,
  { cast, chance, signal }: { cast: Cast; chance: Random; signal: AbortSignal },
): Promise<Acknowledged[]> {
  const database = connect(databaseUrl, { applicationName: 'weir crash credits', connectionsMax: 4 });
  const pending: Promise<void>[] = [];
  const acknowledged: Acknowledged[] = [];

  const deliver = async (one: Acknowledged): Promise<void> => {
    for (;;) {
      try {
        await credit(database, { kind: 'top_up', ...one });
        return;
      } catch (error) {
        if (!isDatabaseUnavailable(error)) throw error;
        await delay(RETRY_MS);
      }
    }
  };

  for (let i = 0; !signal.aborted; i++) {
    const accountIds = chance.chance(0.7) ? cast.poorAccountIds : cast.accountIds;
    const accountId = accountIds[chance.whole(0, accountIds.length - 1)] ?? '';
    const one = { ref: `payment:${i}`, accountId, amountNanoUsd: BigInt(chance.whole(100, 900)) };
    const times = chance.chance(0.2) ? 2 : 1;
    const delivered = Promise.all(Array.from({ length: times }, () => deliver(one)));
    const answered = delivered.then(() => void acknowledged.push(one));
    // Awaited at the end; until then nobody listens.
    answered.catch(() => {});
    pending.push(answered);
    await delay(EVERY_MS, undefined, { signal }).catch(() => {});
  }
  await Promise.all(pending);
  await database.close();
  return acknowledged;
}
