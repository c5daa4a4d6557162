import type { ReplyContext, WireFormat } from '@weir/dialects/dialect';
import { dialectOf } from '@weir/dialects/dialects';
import type { ClientReply } from '../http/client-reply.ts';
import type { Framing } from '../http/framing.ts';
import { NOTHING_READ, type Ending, type Reading } from './ending.ts';
import type { Upstream } from './open-upstream.ts';
import { relayReply } from './relay-reply.ts';
import { relayStream } from './relay-stream.ts';
import { relayTranslated } from './relay-translated.ts';
import { invalidReply } from './stream-failure.ts';
import { convertStream, reframeStream } from './translate-stream.ts';
import type { Watchdog } from './watchdog.ts';

export interface BodyRelay {
  readonly upstream: Upstream;
  readonly client: ClientReply;
  readonly watchdog: Watchdog;
  /** Which the client reads. */
  readonly format: WireFormat;
  readonly streamed: boolean;
  /** Of a streamed reply. */
  readonly framing: Framing;
  readonly context: ReplyContext;
  readonly replyBytesMax: number;
}

export interface RelayedBody {
  readonly ending: Ending;
  readonly reading: Reading;
}

/** Relays all but the last bytes: as they came where the client reads what the vendor writes, else translated. Never throws. */
export function relayBody(relay: BodyRelay): Promise<RelayedBody> {
  return relay.streamed ? relayEvents(relay) : relayReply(relay);
}

async function relayEvents(relay: BodyRelay): Promise<RelayedBody> {
  const { upstream, client, watchdog, format, framing, context } = relay;
  if (!/^text\/event-stream\b/i.test(upstream.contentType)) {
    return { ending: invalidReply('answered with something that is no stream'), reading: NOTHING_READ };
  }
  const { usageWanted, creditLimitTokens, hidesReasoning } = context;
  const passes = upstream.format === format;
  if (passes && framing.passesEvents && !hidesReasoning) {
    const meter = format.meter();
    const ending = await relayStream({ upstream, client, meter, watchdog, usageWanted, creditLimitTokens });
    return { ending, reading: meter };
  }
  const translation = passes
    ? reframeStream(format, context, framing)
    : convertStream(dialectOf(upstream.format), dialectOf(format), context, framing);
  const ending = await relayTranslated({ upstream, client, framing, translation, watchdog });
  return { ending, reading: translation.reading };
}
