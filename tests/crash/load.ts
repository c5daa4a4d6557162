import http from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { drawCall, send, type CallRecord } from './calls.ts';
import type { Cast, CastKey } from './cast.ts';
import type { Random } from './random.ts';
import { CLIENTS } from './settings.ts';

export interface LoadOptions {
  readonly cast: Cast;
  readonly relayUrls: readonly string[];
  readonly chance: Random;
  /** What the labels of its calls begin with. */
  readonly prefix: string;
  /** Aborted when no more calls are to be begun. */
  readonly signal: AbortSignal;
}

/** Where nobody listens there is no use in trying at once. */
const AFTER_A_BREAK_MS = 30;

/** Clients that call one after the other until they are told to stop. @returns when all calls have come to an end. */
export async function load({ cast, relayUrls, chance, prefix, signal }: LoadOptions): Promise<CallRecord[]> {
  const agent = new http.Agent({ keepAlive: true });
  const records: CallRecord[] = [];
  const callsOf = new Map<CastKey, number>();
  const weighted = cast.keys.map((key) => [key.weight, key] as const);

  const client = async (own: Random, name: number): Promise<void> => {
    for (let i = 0; !signal.aborted; i++) {
      const key = own.pick(weighted);
      const numberOfKey = (callsOf.get(key) ?? 0) + 1;
      callsOf.set(key, numberOfKey);
      const relayUrl = relayUrls[own.whole(0, relayUrls.length - 1)] ?? '';
      const record = await send(relayUrl, drawCall(own, `${prefix}${name}-${i}`, key, numberOfKey), agent);
      records.push(record);
      if (record.ending === 'cut' || record.ending === 'refused') await delay(AFTER_A_BREAK_MS);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, (_, i) => client(chance.fork(`client ${i}`), i)));
  agent.destroy();
  return records;
}
