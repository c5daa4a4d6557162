import { DialectError } from '@weir/dialects/dialect-error';
import { sseReader, type SseBatch } from '@weir/dialects/sse';
import type { ClientReply } from '../http/client-reply.ts';
import type { Framing } from '../http/framing.ts';
import type { Ending } from './ending.ts';
import type { Upstream } from './open-upstream.ts';
import { cutOff, endingOfThrown, invalidReply, vendorFailed } from './stream-failure.ts';
import type { StreamTranslation, Translated } from './translate-stream.ts';
import type { Watchdog } from './watchdog.ts';

export interface TranslatedRelay {
  readonly upstream: Upstream;
  readonly client: ClientReply;
  readonly framing: Framing;
  readonly translation: StreamTranslation;
  readonly watchdog: Watchdog;
}

/**
 * Relays a stream whose messages can't go on as they came: event by event, at the client's pace. Kept back is what makes
 * the reply complete, until the charge is durable. Never throws.
 */
export async function relayTranslated(relay: TranslatedRelay): Promise<Ending> {
  const { upstream, translation, watchdog } = relay;
  const reader = sseReader({ read: (data: string) => data });
  try {
    for (let chunk = await upstream.body.read(); chunk; chunk = await upstream.body.read()) {
      const batch = reader.push(chunk);
      if (batch.bytes.length > 0) watchdog.alive();
      const ending = await passOn(relay, batch);
      if (ending) return ending;
    }
    return (await passOn(relay, reader.end())) ?? (await deliver(relay, '', translation.end())) ?? cutOff();
  } catch (thrown) {
    return (await completeAfterAll(relay, thrown)) ?? endingOfThrown(thrown, relay.client, watchdog);
  }
}

/** In a dialect without terminators all may have been said before the vendor fell silent, or its connection broke. */
async function completeAfterAll(relay: TranslatedRelay, thrown: unknown): Promise<Ending | undefined> {
  if (thrown instanceof DialectError) return undefined;
  try {
    return await deliver(relay, '', relay.translation.end());
  } catch {
    return undefined;
  }
}

/** @returns how the stream ended, if it did within this batch. */
async function passOn(relay: TranslatedRelay, { events }: SseBatch<string>): Promise<Ending | undefined> {
  const { framing, translation } = relay;
  let text = '';
  for (const { data } of events) {
    let translated: Translated;
    try {
      translated = translation.read(data);
    } catch (thrown) {
      // What came before it is good.
      await deliver(relay, text, NOTHING);
      if (isGarbage(relay.upstream, data)) return invalidReply('sent something that can’t be read', thrown);
      throw thrown;
    }
    if (translated.outcome) return deliver(relay, text, translated);
    text += framing.frame(translated.messages);
  }
  return deliver(relay, text, NOTHING);
}

/** Whether it is no part of a reply in the vendor's own format either. */
function isGarbage({ format }: Upstream, data: string): boolean {
  return format.meter().read(data).kind === 'garbage';
}

const NOTHING: Translated = { messages: [] };

async function deliver(
  { upstream, client, framing, watchdog }: TranslatedRelay,
  text: string,
  { messages, outcome }: Translated,
): Promise<Ending | undefined> {
  const blocked = client.write(text + framing.frame(messages));
  if (blocked) await watchdog.restUntil(blocked);
  if (!outcome) return undefined;
  if (client.gone) return { outcome: 'client_closed' };
  return 'error' in outcome
    ? vendorFailed(outcome.error, upstream.candidate)
    : { outcome: 'ok', lastBytes: Buffer.from(framing.frame(outcome.last) + framing.end()) };
}
