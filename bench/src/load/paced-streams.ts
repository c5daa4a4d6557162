import { setTimeout as delay } from 'node:timers/promises';
import { BenchError } from '../bench-error.ts';
import { callOf, rawCall } from '../calls.ts';
import type { Stage, Target } from '../stage.ts';
import { CONVERTED_MODELS, type BenchModel } from '../upstream-replies.ts';
import { RawConnection, type RawReply, type Tally } from './raw-connection.ts';

const OPENED_AT_ONCE = 50;
const OPEN_WITHIN_MS = 60_000;

/** Many streams that are open at the same time. */
export interface PacedStreams {
  readonly tally: Tally;
  /**
   * Has the upstream end them all.
   * @throws {BenchError} when one did not end in its terminator, or another number of events arrived than was sent
   */
  finish(): Promise<void>;
}

/** Opens so many streams of a paced model; they run when this resolves. */
export async function openPacedStreams(
  stage: Stage,
  target: Target,
  keys: readonly string[],
  { model, count }: { model: BenchModel; count: number },
): Promise<PacedStreams> {
  const sentBefore = (await stage.upstream.counts()).events;
  const tally: Tally = { events: 0, reads: 0 };
  const calls = keys.map((key) => rawCall(target.origin, key, callOf(model, true)));
  const connections: RawConnection[] = [];
  const replies: Promise<RawReply>[] = [];
  for (let opened = 0; opened < count; opened += OPENED_AT_ONCE) {
    const some = Array.from({ length: Math.min(OPENED_AT_ONCE, count - opened) }, () =>
      RawConnection.open(target.origin),
    );
    for (const connection of await Promise.all(some)) {
      const reply = connection.call(calls[connections.length % calls.length] ?? Buffer.of(), tally);
      reply.catch(() => {});
      connections.push(connection);
      replies.push(reply);
    }
    await untilOpen(stage, connections.length, replies);
  }
  return {
    tally,
    async finish() {
      stage.upstream.finishPaced();
      const ended = await Promise.all(replies);
      for (const connection of connections) connection.destroy();
      const broken = ended.filter(({ status, done }) => status !== 200 || !done);
      if (broken.length > 0) {
        throw new BenchError(
          `${broken.length} of ${count} streams through the ${target.name} did not end in their terminator.`,
        );
      }
      const sent = (await stage.upstream.counts()).events - sentBefore;
      const expected = sent + (target.name === 'relay' ? count * eventsMore(model) : 0);
      if (tally.events !== expected) {
        throw new BenchError(
          `${tally.events} events arrived through the ${target.name} of ${expected} that should have.`,
        );
      }
    },
  };
}

/**
 * What a stream of the relay has more than the upstream's: one less, as the usage chunk is kept back, which the client did
 * not ask for; one more where it is Anthropic's, in which a block of text has a beginning and an end of its own.
 */
function eventsMore(model: BenchModel): number {
  return CONVERTED_MODELS.has(model) ? 1 : -1;
}

async function untilOpen(stage: Stage, count: number, replies: readonly Promise<RawReply>[]): Promise<void> {
  const deadlineMs = performance.now() + OPEN_WITHIN_MS;
  const ended = Promise.race(replies).then(({ status }) => {
    throw new BenchError(`A stream that should have stayed open was answered with ${status}.`);
  });
  ended.catch(() => {});
  while ((await stage.upstream.counts()).pacedOpen < count) {
    if (performance.now() > deadlineMs) throw new BenchError(`${count} streams did not open in time.`);
    await Promise.race([delay(10), ended]);
  }
}
