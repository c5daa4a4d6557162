import { WeirError } from '@weir/core/errors';
import { markOutputLimit, type StreamEvent, type StreamMeter } from '@weir/dialects/openai-chat';
import { SseError, sseReader, type SseBatch } from '@weir/dialects/sse';
import type { ClientReply } from '../http/client-reply.ts';
import type { Ending } from './ending.ts';
import type { Upstream } from './open-upstream.ts';
import type { Watchdog } from './watchdog.ts';

export interface StreamRelay {
  readonly upstream: Upstream;
  readonly client: ClientReply;
  readonly meter: StreamMeter;
  readonly watchdog: Watchdog;
  /** Whether the client asked for the chunk that carries only the usage. */
  readonly usageWanted: boolean;
  /** The output limit, in tokens, if it is the caller's credit that set it. */
  readonly creditLimitTokens: number | undefined;
}

/**
 * Passes the vendor's bytes on as they came, at the client's pace, and lets the meter read along. Kept back are the
 * terminator, until the charge is durable, and a usage chunk that the client did not ask for. Goes on without a client
 * until the watchdog ends it. Never throws.
 */
export async function relayStream(relay: StreamRelay): Promise<Ending> {
  const { upstream, client, meter, watchdog } = relay;
  if (!/^text\/event-stream\b/i.test(upstream.contentType)) {
    return failed(
      new WeirError(
        'upstream_invalid_reply',
        'The model’s vendor answered with something that is no stream.',
      ),
    );
  }
  const reader = sseReader(meter);
  try {
    for (let chunk = await upstream.body.read(); chunk; chunk = await upstream.body.read()) {
      const batch = reader.push(chunk);
      if (batch.bytes.length > 0) watchdog.alive();
      if (batch.events.length === 0) {
        // Nearly every event. A promise for each would cost as much as reading it does.
        const blocked = client.write(batch.bytes);
        if (blocked) await untilTaken(watchdog, blocked);
        continue;
      }
      const ending = await passOn(relay, batch);
      if (ending) return ending;
    }
    const ending = await passOn(relay, reader.end());
    return (
      ending ??
      failed(new WeirError('upstream_truncated', 'The model’s vendor cut the stream off before its end.'))
    );
  } catch (thrown) {
    if (client.gone) return { outcome: 'client_closed' };
    if (watchdog.cancellation.reason) return failed(watchdog.cancellation.reason);
    if (thrown instanceof SseError) {
      return failed(
        new WeirError('upstream_invalid_reply', 'The model’s vendor sent an event without end.', {
          cause: thrown,
        }),
      );
    }
    return failed(
      new WeirError('upstream_truncated', 'The connection to the model’s vendor broke off.', {
        cause: thrown,
      }),
    );
  }
}

/** @returns how the stream ended, if it did within this batch. */
async function passOn(relay: StreamRelay, batch: SseBatch<StreamEvent>): Promise<Ending | undefined> {
  const { client, usageWanted, creditLimitTokens } = relay;
  const { bytes, events } = batch;
  let passed = 0;
  for (const { data, reading: event, start, end } of events) {
    const marked = creditLimitTokens === undefined ? undefined : markOutputLimit(data, creditLimitTokens);
    if (!marked && (event.kind === 'content' || (event.kind === 'usage' && usageWanted))) continue;
    await deliver(relay, bytes.subarray(passed, start));
    passed = end;
    if (marked) await deliver(relay, Buffer.from(`data: ${marked}\n\n`));
    const ending = endingOf(event, bytes.subarray(start, end));
    if (ending) return client.gone ? { outcome: 'client_closed' } : ending;
  }
  await deliver(relay, bytes.subarray(passed));
  return undefined;
}

async function deliver({ client, watchdog }: StreamRelay, bytes: Buffer): Promise<void> {
  const blocked = client.write(bytes);
  if (blocked) await untilTaken(watchdog, blocked);
}

/** While the client is the slow one, the vendor is not blamed for being silent. */
async function untilTaken(watchdog: Watchdog, taken: Promise<void>): Promise<void> {
  watchdog.rest();
  await taken;
  watchdog.alive();
}

function endingOf(event: StreamEvent, bytes: Buffer): Ending | undefined {
  switch (event.kind) {
    case 'content':
    case 'usage':
      return undefined;
    case 'terminator':
      return { outcome: 'ok', lastBytes: bytes };
    case 'error':
      return failed(
        new WeirError('upstream_error', `The model’s vendor reported an error: ${event.error.message}`),
      );
    case 'garbage':
      return failed(
        new WeirError(
          'upstream_invalid_reply',
          'The model’s vendor sent something that is no part of a reply.',
        ),
      );
  }
}

function failed(error: WeirError): Ending {
  return { outcome: 'failed', error };
}
