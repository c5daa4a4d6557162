import type { StreamEvent, StreamMeter } from '../dialect.ts';
import { asObject, asString, asWord, parseJson, type JsonObject } from '../json.ts';
import { CONTENT, GARBAGE, SievedTally, TERMINATOR } from '../stream-tally.ts';
import { DELTA_SHAPE } from './delta-shape.ts';
import { vendorError } from '../vendor-error.ts';
import { readVendorError } from './errors.ts';
import { producedText } from './read-reply.ts';
import { atTheBeginning, readUsage } from './usage.ts';

/**
 * Reads along with a stream of messages' events. A message may begin anew, and its figures with it: they are cumulative,
 * and the greater ones count.
 * @see https://platform.claude.com/docs/en/build-with-claude/streaming
 */
export class MessageStreamMeter extends SievedTally implements StreamMeter {
  constructor() {
    super(DELTA_SHAPE);
  }

  read(data: string): StreamEvent {
    if (data.trim() === '') return CONTENT;
    const event = asObject(parseJson(data));
    if (!event) return GARBAGE;
    switch (event['type']) {
      case 'content_block_delta':
        this.take({ text: deltaText(asObject(event['delta'])) });
        this.learn(event);
        return CONTENT;
      case 'content_block_start':
        this.take({ text: producedText(asObject(event['content_block']) ?? {}) });
        return CONTENT;
      case 'message_start':
        this.take({
          usage: readUsage(atTheBeginning(asObject(event['message'])?.['usage']), this.usage),
        });
        return CONTENT;
      case 'message_delta':
        this.take({
          usage: readUsage(event['usage'], this.usage),
          finishReason: asWord(asObject(event['delta'])?.['stop_reason']),
        });
        return CONTENT;
      case 'message_stop':
        return TERMINATOR;
    }
    const error = readVendorError(event);
    if (error) return { kind: 'error', error };
    if (event['type'] === 'error') return { kind: 'error', error: vendorError(undefined) };
    return typeof event['type'] === 'string' ? CONTENT : GARBAGE;
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
