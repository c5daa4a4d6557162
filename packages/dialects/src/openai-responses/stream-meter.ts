import type { StreamEvent, StreamMeter } from '../dialect.ts';
import { asObject, asString, parseJson, type JsonObject } from '../json.ts';
import { DONE } from '../openai-chat/terminator.ts';
import { CONTENT, GARBAGE, SievedTally, TERMINATOR } from '../stream-tally.ts';
import { DELTA_SHAPE } from './delta-shape.ts';
import { producedText, readReply } from './read-reply.ts';
import { readVendorError } from './vendor-error.ts';

/** Reads along with a stream of which the last event repeats everything: its usage, why it ended, and the output. */
export class ResponseStreamMeter extends SievedTally implements StreamMeter {
  /** What the response itself said, at the end. */
  #output = '';
  /** Places of the output of which pieces came. */
  readonly #spoken = new Set<unknown>();

  constructor() {
    super(DELTA_SHAPE);
  }

  /** What came piece by piece, or in items that came whole; or what the response itself said, if that is more. */
  override text(): string {
    const pieces = super.text();
    return this.#output.length > pieces.length ? this.#output : pieces;
  }

  read(data: string): StreamEvent {
    const text = data.trim();
    if (text === '' || text === DONE) return CONTENT;
    const body = asObject(parseJson(text));
    if (!body) return GARBAGE;
    const response = asObject(body['response']);
    if (response) this.#readResponse(response);
    const error = readVendorError(body);
    if (error) return { kind: 'error', error };
    const type = asString(body['type']);
    if (type === undefined) return GARBAGE;
    if (type === 'response.completed' || type === 'response.incomplete') return TERMINATOR;
    this.#readPiece(type, body);
    return CONTENT;
  }

  #readResponse(response: JsonObject): void {
    const reading = readReply(response);
    if (!reading) return;
    const { text, ...said } = reading;
    this.take(said);
    this.#output = text;
  }

  #readPiece(type: string, body: JsonObject): void {
    const place = body['output_index'];
    const delta = asString(body['delta']);
    if (delta !== undefined) {
      this.#spoken.add(place);
      this.take({ text: delta });
      this.learn(body);
    } else if (type === 'response.output_item.added') {
      this.take({ text: asString(asObject(body['item'])?.['name']) ?? '' });
    } else if (type === 'response.output_item.done' && !this.#spoken.has(place)) {
      this.take({ text: producedText(body['item']) });
    }
  }
}
