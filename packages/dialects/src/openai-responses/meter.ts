import type { StreamEvent, StreamMeter } from '../dialect.ts';
import { asObject, asString, parseJson, type JsonObject } from '../json.ts';
import { textOfPieces } from '../openai-chat/chunk-sieve.ts';
import { mergeUsage, type Usage } from '../usage.ts';
import { deltaSieve } from './delta-sieve.ts';
import { producedText, readReply } from './read-reply.ts';
import { readVendorError } from './vendor-error.ts';

const CONTENT: StreamEvent = { kind: 'content' };
const GARBAGE: StreamEvent = { kind: 'garbage' };
const TERMINATOR: StreamEvent = { kind: 'terminator' };

/** Some compatible servers end their streams with it too; it says nothing. */
const DONE = '[DONE]';

/**
 * Reads along with a stream of which the last event repeats everything: its usage, why it ended, and the output. Most
 * events carry a few characters of text and nothing else: they pass the sieve, and their JSON is not parsed.
 */
class ResponseMeter implements StreamMeter {
  #usage: Usage | undefined;
  #finishReason: string | undefined;
  /** What came piece by piece, or in items that came whole. */
  #pieces = '';
  /** What the response itself said, at the end. */
  #output = '';
  /** Places of the output of which pieces came. */
  readonly #spoken = new Set<unknown>();
  /** The text of events that passed, as it stood in them. */
  #passed = '';
  readonly #sieve = deltaSieve((piece) => {
    this.#passed += piece;
  });

  get usage(): Usage | undefined {
    return this.#usage;
  }

  get finishReason(): string | undefined {
    return this.#finishReason;
  }

  text(): string {
    this.#readPassed();
    return this.#output.length > this.#pieces.length ? this.#output : this.#pieces;
  }

  begin(bytes: Buffer): void {
    this.#sieve.begin(bytes);
  }

  passes(start: number, end: number): boolean {
    return this.#sieve.passes(start, end);
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
      this.#readPassed();
      this.#spoken.add(place);
      this.#pieces += delta;
      this.#sieve.learn(body);
    } else if (type === 'response.output_item.added') {
      this.#readPassed();
      this.#pieces += asString(asObject(body['item'])?.['name']) ?? '';
    } else if (type === 'response.output_item.done' && !this.#spoken.has(place)) {
      this.#readPassed();
      this.#pieces += producedText(body['item']);
    }
  }

  #readPassed(): void {
    if (this.#passed === '') return;
    this.#pieces += textOfPieces(this.#passed);
    this.#passed = '';
  }
}

export function meter(): StreamMeter {
  return new ResponseMeter();
}
