import type { StreamEvent, StreamMeter } from '../dialect.ts';
import { asObject, asString, parseJson, type JsonObject } from '../json.ts';
import { mergeUsage, type Usage } from '../usage.ts';
import { producedText, readReply } from './read-reply.ts';
import { readVendorError } from './vendor-error.ts';

const CONTENT: StreamEvent = { kind: 'content' };
const GARBAGE: StreamEvent = { kind: 'garbage' };
const TERMINATOR: StreamEvent = { kind: 'terminator' };

/** Some compatible servers end their streams with it too; it says nothing. */
const DONE = '[DONE]';

/** Reads along with a stream of which the last event repeats everything: its usage, why it ended, and the output. */
class ResponseMeter implements StreamMeter {
  #usage: Usage | undefined;
  #finishReason: string | undefined;
  /** What came piece by piece, or in items that came whole. */
  #pieces = '';
  /** What the response itself said, at the end. */
  #output = '';
  /** Places of the output of which pieces came. */
  readonly #spoken = new Set<unknown>();

  get usage(): Usage | undefined {
    return this.#usage;
  }

  get finishReason(): string | undefined {
    return this.#finishReason;
  }

  text(): string {
    return this.#output.length > this.#pieces.length ? this.#output : this.#pieces;
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
    this.#usage = mergeUsage(this.#usage, reading.usage);
    this.#output = reading.text;
    this.#finishReason = reading.finishReason;
  }

  #readPiece(type: string, body: JsonObject): void {
    const place = body['output_index'];
    const delta = asString(body['delta']);
    if (delta !== undefined) {
      this.#spoken.add(place);
      this.#pieces += delta;
    } else if (type === 'response.output_item.added') {
      this.#pieces += asString(asObject(body['item'])?.['name']) ?? '';
    } else if (type === 'response.output_item.done' && !this.#spoken.has(place)) {
      this.#pieces += producedText(body['item']);
    }
  }
}

export function meter(): StreamMeter {
  return new ResponseMeter();
}
