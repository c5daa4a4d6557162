import { DialectError } from '@weir/dialects/dialect-error';
import { sseReader } from '@weir/dialects/sse';
import type { ClientReply } from '../http/client-reply.ts';
import type { Framing } from '../http/framing.ts';
import type { Ending } from './ending.ts';
import type { Upstream } from './open-upstream.ts';
import { cutOff, endingOfThrown, vendorFailed } from './stream-failure.ts';
import type { Outcome, StreamTranslation } from './translate-stream.ts';
import type { Watchdog } from './watchdog.ts';

export interface TranslatedRelay {
  readonly upstream: Upstream;
  readonly client: ClientReply;
  readonly framing: Framing;
  readonly translation: StreamTranslation;
  readonly watchdog: Watchdog;
}

/**
 * Relays a stream whose messages can't go on as they came: event by event, at the client's pace, and what came together
 * is sent together. Kept back is what makes the reply complete, until the charge is durable. Never throws.
 */
export async function relayTranslated(relay: TranslatedRelay): Promise<Ending> {
  const { upstream, client, translation, watchdog } = relay;
  const reader = sseReader(translation);
  const rest = async (blocked: Promise<void>): Promise<boolean> => {
    await watchdog.restUntil(blocked);
    return translation.outcome !== undefined;
  };
  try {
    await upstream.body.forEach((chunk) => {
      if (reader.push(chunk).bytes.length > 0) watchdog.alive();
      const blocked = deliver(relay);
      return blocked ? rest(blocked) : translation.outcome !== undefined;
    });
    if (translation.outcome) return endingOf(relay, translation.outcome);
    reader.end();
    return await complete(relay);
  } catch (thrown) {
    return (await endAfterAll(relay, thrown)) ?? endingOfThrown(thrown, client, watchdog);
  }
}

/**
 * What came before something that can't be read is good. In a dialect without terminators all may have been said before
 * the vendor fell silent, or its connection broke.
 */
async function endAfterAll(relay: TranslatedRelay, thrown: unknown): Promise<Ending | undefined> {
  const { translation, watchdog } = relay;
  try {
    if (!(thrown instanceof DialectError)) translation.end();
    const blocked = deliver(relay);
    if (blocked) await watchdog.restUntil(blocked);
    return translation.outcome && endingOf(relay, translation.outcome);
  } catch {
    return undefined;
  }
}

/** The vendor has sent all of it. */
async function complete(relay: TranslatedRelay): Promise<Ending> {
  const { translation, watchdog } = relay;
  translation.end();
  const blocked = deliver(relay);
  if (blocked) await watchdog.restUntil(blocked);
  return translation.outcome ? endingOf(relay, translation.outcome) : cutOff();
}

/** @returns as `ClientReply.write`. */
function deliver({ client, translation }: TranslatedRelay): Promise<void> | undefined {
  return client.write(translation.take());
}

function endingOf({ upstream, client, framing }: TranslatedRelay, outcome: Outcome): Ending {
  if (client.gone) return { outcome: 'client_closed' };
  return 'error' in outcome
    ? vendorFailed(outcome.error, upstream.candidate)
    : { outcome: 'ok', lastBytes: Buffer.from(framing.frame(outcome.last) + framing.end()) };
}
