import type { StreamEvent, StreamMeter } from '../dialect.ts';
import { parseJson } from '../json.ts';
import { mergeUsage, type Usage } from '../usage.ts';
import { chunkSieve, textOfPieces, type ChunkSieve } from './chunk-sieve.ts';
import { readVendorError } from './errors.ts';
import { readReply } from './reply.ts';

/** The data of the event that ends a stream. */
export const TERMINATOR = '[DONE]';

const CONTENT: StreamEvent = { kind: 'content' };
const USAGE: StreamEvent = { kind: 'usage' };
const GARBAGE: StreamEvent = { kind: 'garbage' };
const END: StreamEvent = { kind: 'terminator' };

/**
 * Reads along with a stream of chat completion chunks. Most of them carry a few characters of text and nothing else:
 * they pass the sieve, and their JSON is not parsed. Their text is kept as it came, and read when somebody asks for it:
 * where the vendor reports its usage, nobody does.
 */
export class ChatStreamMeter implements StreamMeter {
  #usage: Usage | undefined;
  #finishReason: string | undefined;
  #text = '';
  #produced: true | undefined;
  #pieces = '';
  readonly #sieve: ChunkSieve;

  constructor() {
    this.#sieve = chunkSieve((piece) => {
      this.#pieces += piece;
    });
  }

  get usage(): Usage | undefined {
    return this.#usage;
  }

  get finishReason(): string | undefined {
    return this.#finishReason;
  }

  get produced(): true | undefined {
    return this.#produced;
  }

  /** Everything produced so far. Reads what had been left unread. */
  text(): string {
    if (this.#pieces !== '') {
      this.#text += textOfPieces(this.#pieces);
      this.#pieces = '';
    }
    return this.#text;
  }

  begin(bytes: Buffer): void {
    this.#sieve.begin(bytes);
  }

  passes(start: number, end: number): boolean {
    return this.#sieve.passes(start, end);
  }

  read(data: string): StreamEvent {
    if (data.trim() === TERMINATOR) return END;
    if (data.trim() === '') return CONTENT;
    const json = parseJson(data);
    const error = readVendorError(json);
    if (error !== undefined) return { kind: 'error', error };
    const reading = readReply(json);
    if (reading === undefined) return GARBAGE;
    if (reading.text !== '') this.#text = this.text() + reading.text;
    this.#usage = mergeUsage(this.#usage, reading.usage);
    this.#finishReason = reading.finishReason ?? this.#finishReason;
    this.#produced ??= reading.produced;
    this.#sieve.learn(json);
    return reading.onlyUsage ? USAGE : CONTENT;
  }
}
