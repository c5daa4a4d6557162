import { DeltaSieve, textOf, type DeltaShape } from './delta-sieve.ts';
import type { ReplyDecoder, SseMessage } from './dialect.ts';
import type { JsonObject } from './json.ts';
import type { DeltaEvent, ReplyEvent } from './reply-event.ts';

/**
 * Of a stream most of whose messages carry a piece of text and nothing else: one that equals the message before it in all
 * but this text means the same with another text, and its JSON is not parsed.
 */
export abstract class SievedDecoder implements ReplyDecoder {
  readonly #sieve: DeltaSieve<unknown>;
  /** What the last message meant. */
  #like: DeltaEvent | undefined;

  constructor(shape: DeltaShape<unknown>) {
    this.#sieve = new DeltaSieve(shape);
  }

  begin(bytes: Buffer): void {
    this.#sieve.begin(bytes);
  }

  readLike(start: number, end: number): DeltaEvent | undefined {
    const piece = this.#sieve.pieceOf(start, end);
    const like = this.#like;
    // Of an empty piece nothing is said.
    if (!piece || !like) return undefined;
    const text = textOf(piece);
    if (text === undefined) return undefined;
    this.went(like, text);
    return { ...like, text };
  }

  read(message: SseMessage): ReplyEvent[] {
    this.#like = undefined;
    return this.readMessage(message);
  }

  abstract end(): ReplyEvent[];

  protected abstract readMessage(message: SseMessage): ReplyEvent[];

  /** Another piece came of the text that the message read last carried a piece of. */
  protected went(_like: DeltaEvent, _text: string): void {}

  /** The message was this, and means these events. */
  protected learn(json: JsonObject, events: readonly ReplyEvent[]): void {
    const [event] = events;
    if (event === undefined || events.length > 1 || !isDelta(event)) return;
    const piece = this.#sieve.learn(json);
    // Where the text found is another than the one read, the message says more than that.
    if (piece !== undefined && textOf(piece) === event.text) this.#like = event;
  }
}

function isDelta(event: ReplyEvent): event is DeltaEvent {
  return 'text' in event;
}
