import type { Dialect, ReplyContext, SseMessage, WireFormat } from '@weir/dialects/dialect';
import { DialectError } from '@weir/dialects/dialect-error';
import { EventMeter } from '@weir/dialects/event-meter';
import type { ReplyEvent } from '@weir/dialects/reply-event';
import type { VendorError } from '@weir/dialects/vendor-error';
import type { Reading } from './ending.ts';

/** What an event of the vendor's comes to for the client. */
export interface Translated {
  readonly messages: readonly SseMessage[];
  /** The stream is over: with these last messages, which make the reply complete, or with the vendor's error. */
  readonly outcome?: { readonly last: readonly SseMessage[] } | { readonly error: VendorError };
}

/** Of one stream. */
export interface StreamTranslation {
  readonly reading: Reading;
  /** @throws {DialectError} when it is no event, or says what the client's dialect has no words for. */
  read(data: string): Translated;
  /** The vendor has sent all of it. */
  end(): Translated;
}

/** From the vendor's dialect into the client's. */
export function convertStream(vendor: Dialect, client: Dialect, context: ReplyContext): StreamTranslation {
  const decoder = vendor.decoder();
  const encoder = client.encoder(context);
  const meter = new EventMeter();
  const translate = (events: readonly ReplyEvent[]): Translated => {
    const messages: SseMessage[] = [];
    for (const event of events) {
      meter.add(event);
      if (event.kind === 'error') return { messages, outcome: { error: event.error } };
      const written = encoder.write(event);
      if (event.kind === 'end') return { messages, outcome: { last: written } };
      messages.push(...written);
    }
    return { messages };
  };
  return {
    reading: meter,
    read: (data) => translate(decoder.read({ data })),
    end: () => translate(decoder.end()),
  };
}

/** Within one format, to a client that wants the messages framed in another way than the vendor does. */
export function reframeStream(
  format: WireFormat,
  { creditLimitTokens, usageWanted }: ReplyContext,
): StreamTranslation {
  const meter = format.meter();
  const last: SseMessage[] = [];
  return {
    reading: meter,
    read(data) {
      const event = meter.read(data);
      const marked =
        creditLimitTokens === undefined ? undefined : format.markOutputLimit(data, creditLimitTokens);
      const passed = marked ?? data;
      const message = {
        data: usageWanted ? passed : (format.withoutUnaskedUsage?.(passed) ?? passed),
      };
      switch (event.kind) {
        case 'content':
          return { messages: [...last.splice(0), message] };
        case 'usage':
          return { messages: usageWanted ? [message] : [] };
        case 'last':
          last.push(message);
          return { messages: [] };
        case 'terminator':
          return { messages: [], outcome: { last: [message] } };
        case 'error':
          return { messages: [], outcome: { error: event.error } };
        case 'garbage':
          throw new DialectError('This is no part of a reply.');
      }
    },
    end: () => (last.length > 0 ? { messages: [], outcome: { last } } : { messages: [] }),
  };
}
