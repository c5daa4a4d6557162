import type {
  Dialect,
  ReplyContext,
  ReplyDecoder,
  ReplyEncoder,
  SseMessage,
  StreamMeter,
  WireFormat,
} from '@weir/dialects/dialect';
import { DialectError, GarbageError } from '@weir/dialects/dialect-error';
import { EventMeter } from '@weir/dialects/event-meter';
import { isReasoning } from '@weir/dialects/hidden-reasoning';
import type { ReplyEvent } from '@weir/dialects/reply-event';
import type { SseReading } from '@weir/dialects/sse';
import type { VendorError } from '@weir/dialects/vendor-error';
import type { Framing } from '../http/framing.ts';
import type { Reading } from './ending.ts';

/** The stream is over: with these last messages, which make the reply complete, or with the vendor's error. */
export type Outcome = { readonly last: readonly SseMessage[] } | { readonly error: VendorError };

/** Of one stream. What comes after its outcome is not read. */
export interface StreamTranslation extends SseReading<void> {
  readonly reading: Reading;
  readonly outcome: Outcome | undefined;
  /** @throws {GarbageError} when it is no event. @throws {DialectError} when it says what the client's dialect has no words for. */
  read(data: string): void;
  /** The vendor has sent all of it. */
  end(): void;
  /** What the client gets of what has been read since the last time. */
  take(): string;
}

/** From the vendor's dialect into the client's. */
export function convertStream(
  vendor: Dialect,
  client: Dialect,
  context: ReplyContext,
  framing: Framing,
): StreamTranslation {
  return new Conversion(vendor, { client, context, framing });
}

/** Within one format, to a client that wants the messages framed in another way than the vendor does. */
export function reframeStream(
  format: WireFormat,
  context: ReplyContext,
  framing: Framing,
): StreamTranslation {
  return new Reframing(format, context, framing);
}

class Conversion implements StreamTranslation {
  readonly reading = new EventMeter();
  outcome: Outcome | undefined;
  readonly #vendor: Dialect;
  readonly #decoder: ReplyDecoder;
  readonly #encoder: ReplyEncoder;
  readonly #framing: Framing;
  readonly #hidesReasoning: boolean;
  #text = '';

  constructor(
    vendor: Dialect,
    { client, context, framing }: { client: Dialect; context: ReplyContext; framing: Framing },
  ) {
    this.#vendor = vendor;
    this.#decoder = vendor.decoder();
    this.#encoder = client.encoder(context);
    this.#framing = framing;
    this.#hidesReasoning = context.hidesReasoning ?? false;
  }

  begin(bytes: Buffer): void {
    this.#decoder.begin?.(bytes);
  }

  passes(start: number, end: number): boolean {
    if (this.outcome) return true;
    const event = this.#decoder.readLike?.(start, end);
    if (!event) return false;
    this.#translate(event);
    return true;
  }

  read(data: string): void {
    if (this.outcome) return;
    try {
      this.#translateAll(this.#decoder.read({ data }));
    } catch (thrown) {
      const garbage = thrown instanceof DialectError && this.#vendor.meter().read(data).kind === 'garbage';
      throw garbage ? new GarbageError(thrown.message, { cause: thrown }) : thrown;
    }
  }

  end(): void {
    if (!this.outcome) this.#translateAll(this.#decoder.end());
  }

  take(): string {
    const text = this.#text;
    this.#text = '';
    return text;
  }

  #translateAll(events: readonly ReplyEvent[]): void {
    for (const event of events) {
      this.#translate(event);
      if (this.outcome) return;
    }
  }

  #translate(event: ReplyEvent): void {
    this.reading.add(event);
    if (event.kind === 'error') {
      this.outcome = { error: event.error };
      return;
    }
    if (this.#hidesReasoning && isReasoning(event)) return;
    const written = this.#encoder.write(event);
    if (event.kind === 'end') this.outcome = { last: written };
    else if (written.length > 0) this.#text += this.#framing.frame(written);
  }
}

class Reframing implements StreamTranslation {
  readonly reading: StreamMeter;
  outcome: Outcome | undefined;
  readonly #format: WireFormat;
  readonly #context: ReplyContext;
  readonly #framing: Framing;
  #last: SseMessage[] = [];
  #text = '';

  constructor(format: WireFormat, context: ReplyContext, framing: Framing) {
    this.reading = format.meter();
    this.#format = format;
    this.#context = context;
    this.#framing = framing;
  }

  read(data: string): void {
    if (this.outcome) return;
    const event = this.reading.read(data);
    const message = { data: this.#passed(data) };
    switch (event.kind) {
      case 'content':
        this.#text += this.#framing.frame([...this.#last, message]);
        this.#last = [];
        break;
      case 'usage':
        if (this.#context.usageWanted) this.#text += this.#framing.frame([message]);
        break;
      case 'last':
        this.#last.push(message);
        break;
      case 'terminator':
        this.outcome = { last: [message] };
        break;
      case 'error':
        this.outcome = { error: event.error };
        break;
      case 'garbage':
        throw new GarbageError('This is no part of a reply.');
    }
  }

  end(): void {
    if (!this.outcome && this.#last.length > 0) this.outcome = { last: this.#last };
  }

  take(): string {
    const text = this.#text;
    this.#text = '';
    return text;
  }

  /** An event as the client gets it. */
  #passed(data: string): string {
    const { creditLimitTokens, usageWanted, hidesReasoning } = this.#context;
    const shown = hidesReasoning ? (this.#format.withoutReasoning?.(data) ?? data) : data;
    const marked =
      creditLimitTokens === undefined ? undefined : this.#format.markOutputLimit(shown, creditLimitTokens);
    const passed = marked ?? shown;
    return usageWanted ? passed : (this.#format.withoutUnaskedUsage?.(passed) ?? passed);
  }
}
