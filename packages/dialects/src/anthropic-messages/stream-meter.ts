import type { StreamEvent, StreamMeter } from '../dialect.ts';
import { asObject, asString, parseJson, type JsonObject } from '../json.ts';
import { mergeUsage, type Usage } from '../usage.ts';
import { DeltaSieve } from './delta-sieve.ts';
import { readVendorError } from './errors.ts';
import { stopReasonOf } from './finish.ts';
import { producedText } from './reply.ts';
import { atTheBeginning, readUsage } from './usage.ts';

const CONTENT: StreamEvent = { kind: 'content' };
const GARBAGE: StreamEvent = { kind: 'garbage' };
const END: StreamEvent = { kind: 'terminator' };

/**
 * Reads along with a stream of messages' events. Most of them carry a few characters of text and nothing else: they pass
 * the sieve, and are not parsed; their text is read when somebody asks for it. A message may begin anew, and its figures with it: they are cumulative,
 * and the greater ones count.
 * @see https://platform.claude.com/docs/en/build-with-claude/streaming
 */
export function streamMeter(): StreamMeter {
  return new MessageMeter();
}

class MessageMeter implements StreamMeter {
  #usage: Usage | undefined;
  #finishReason: string | undefined;
  #text = '';
  readonly #sieve = new DeltaSieve();

  get usage(): Usage | undefined {
    return this.#usage;
  }

  get finishReason(): string | undefined {
    return this.#finishReason;
  }

  text(): string {
    this.#text += this.#sieve.take();
    return this.#text;
  }

  begin(bytes: Buffer): void {
    this.#sieve.begin(bytes);
  }

  passes(start: number, end: number): boolean {
    return this.#sieve.passes(start, end);
  }

  read(data: string): StreamEvent {
    if (data.trim() === '') return CONTENT;
    const event = asObject(parseJson(data));
    if (!event) return GARBAGE;
    switch (event['type']) {
      case 'content_block_delta':
        this.#produced(deltaText(asObject(event['delta'])));
        this.#sieve.learn(event);
        return CONTENT;
      case 'content_block_start':
        this.#produced(producedText(asObject(event['content_block']) ?? {}));
        return CONTENT;
      case 'message_start':
        this.#take(atTheBeginning(asObject(event['message'])?.['usage']));
        return CONTENT;
      case 'message_delta':
        this.#take(event['usage']);
        this.#finishReason = stopReasonOf(asObject(event['delta'])?.['stop_reason']) ?? this.#finishReason;
        return CONTENT;
      case 'message_stop':
        return END;
    }
    const error = readVendorError(event);
    if (error) return { kind: 'error', error };
    if (event['type'] === 'error') {
      return { kind: 'error', error: { message: 'The vendor gave no reason.', param: undefined } };
    }
    return typeof event['type'] === 'string' ? CONTENT : GARBAGE;
  }

  #produced(text: string): void {
    if (text !== '') this.#text = this.text() + text;
  }

  #take(usage: unknown): void {
    this.#usage = mergeUsage(this.#usage, readUsage(usage, this.#usage));
  }
}

/** What a delta adds to what the model produced: a citation quotes, and a signature encrypts, what is counted already. */
function deltaText(delta: JsonObject | undefined): string {
  switch (delta?.['type']) {
    case 'text_delta':
      return asString(delta['text']) ?? '';
    case 'thinking_delta':
      return asString(delta['thinking']) ?? '';
    case 'input_json_delta':
      return asString(delta['partial_json']) ?? '';
    default:
      return '';
  }
}
