import { setTimeout as delay } from 'node:timers/promises';
import { BenchError } from '../bench-error.ts';
import { callOf, rawCall } from '../calls.ts';
import { MODELS, type BenchModel } from '../upstream-replies.ts';
import { ConnectionPool } from './connection-pool.ts';
import { atRate, tick } from './ticker.ts';

/** A steady mixture, as a gateway sees on a quiet day. */
export const MIXTURE = [
  { what: 'JSON replies', model: MODELS.json, stream: false, perSecond: 80, droppedAfterMs: undefined },
  {
    what: 'streams of 200 events',
    model: MODELS.stream200,
    stream: true,
    perSecond: 15,
    droppedAfterMs: undefined,
  },
  {
    what: 'streams of a second',
    model: MODELS.paced50,
    stream: true,
    perSecond: 15,
    droppedAfterMs: undefined,
  },
  {
    what: 'streams that the client gives up',
    model: MODELS.paced50,
    stream: true,
    perSecond: 10,
    droppedAfterMs: 400,
  },
] as const;

interface Part {
  readonly model: BenchModel;
  readonly stream: boolean;
  readonly droppedAfterMs: number | undefined;
}

const IN_FLIGHT_MAX = 2_000;

/**
 * Sends the mixture for so long, then waits for what is under way and closes every connection.
 * @returns how many calls were made
 * @throws {BenchError} when one that was not given up is not answered whole, or calls pile up
 */
export async function runMixedLoad(
  origin: string,
  keys: readonly string[],
  seconds: number,
): Promise<number> {
  const pool = new ConnectionPool(origin);
  const running = new Set<Promise<void>>();
  const failure = Promise.withResolvers<never>();
  failure.promise.catch(() => {});
  let calls = 0;

  const send = async ({ model, stream, droppedAfterMs }: Part): Promise<void> => {
    const key = keys[calls++ % keys.length] ?? '';
    const connection = await pool.take();
    const reply = connection.call(rawCall(origin, key, callOf(model, stream)));
    if (droppedAfterMs !== undefined) {
      reply.catch(() => {});
      await delay(droppedAfterMs);
      connection.destroy();
      return;
    }
    const { status, done } = await reply;
    if (status !== 200 || (stream && !done)) {
      throw new BenchError(`A call to ${model} was answered with ${status}, and not by a whole reply.`);
    }
    pool.giveBack(connection);
  };

  try {
    const parts = MIXTURE.map((part) => ({ part, due: atRate(part.perSecond) }));
    const endMs = performance.now() + seconds * 1000;
    while (performance.now() < endMs) {
      for (const { part, due } of parts) {
        for (let some = due(); some > 0; some--) {
          const ended = send(part);
          running.add(ended);
          ended.then(() => running.delete(ended), failure.reject);
        }
      }
      if (running.size > IN_FLIGHT_MAX) throw new BenchError(`Calls pile up at ${origin}.`);
      await Promise.race([tick(), failure.promise]);
    }
    await Promise.all(running);
  } finally {
    pool.close();
  }
  return calls;
}
