import { BenchError } from '../bench-error.ts';
import { ConnectionPool } from './connection-pool.ts';
import type { RawReply } from './raw-connection.ts';
import { atRate, tick } from './ticker.ts';

/** Calls at a fixed rate, whatever becomes of the ones before. */
export interface OpenLoop {
  readonly origin: string;
  /** Sent in turn. */
  readonly calls: readonly Buffer[];
  readonly stream: boolean;
  readonly perSecond: number;
  /** Sent, and not counted. */
  readonly warmUpSeconds: number;
  readonly seconds: number;
}

/** How long after the upstream had answered, by its own account, something arrived here, in ms. */
export interface BeyondUpstream {
  readonly firstByteMs: readonly number[];
  readonly lastByteMs: readonly number[];
}

/** Connections to begin with: for so many seconds' calls. */
const SECONDS_IN_FLIGHT = 0.1;
/** When this many seconds' calls are unanswered, the target does not keep up. */
const SECONDS_IN_FLIGHT_MAX = 2;

/** @throws {BenchError} when calls pile up, or one is not answered as it should be */
export async function runOpenLoop(load: OpenLoop): Promise<BeyondUpstream> {
  const { origin, calls, stream, perSecond, warmUpSeconds, seconds } = load;
  const pool = new ConnectionPool(origin);
  await pool.openAhead(Math.ceil(perSecond * SECONDS_IN_FLIGHT));
  const [firstByteMs, lastByteMs]: [number[], number[]] = [[], []];
  const running = new Set<Promise<void>>();
  const warmMs = performance.now() + warmUpSeconds * 1000;
  const endMs = warmMs + seconds * 1000;

  const take = (reply: RawReply): void => {
    const { status, sentMs, upstreamMs, done } = reply;
    if (status !== 200 || upstreamMs === undefined || (stream && !done)) {
      throw new BenchError(`A call was answered with ${status}, and not by a whole reply of the upstream.`);
    }
    if (sentMs < warmMs) return;
    firstByteMs.push(reply.firstByteMs - sentMs - upstreamMs);
    lastByteMs.push(reply.lastByteMs - sentMs - upstreamMs);
  };
  const send = async (call: Buffer): Promise<void> => {
    const connection = await pool.take();
    take(await connection.call(call));
    pool.giveBack(connection);
  };

  try {
    const due = atRate(perSecond);
    for (let sent = 0; performance.now() < endMs; await tick()) {
      for (let some = due(); some > 0; some--) {
        const call = calls[sent++ % calls.length];
        if (!call || running.size > perSecond * SECONDS_IN_FLIGHT_MAX) {
          throw new BenchError(`${perSecond} calls a second pile up at ${origin}.`);
        }
        const ended = send(call);
        running.add(ended);
        ended.then(
          () => running.delete(ended),
          () => {},
        );
      }
    }
    await Promise.all(running);
  } finally {
    pool.close();
  }
  return { firstByteMs, lastByteMs };
}
