import type { StreamEvent, StreamMeter } from '../dialect.ts';
import { asObject, parseJson } from '../json.ts';
import { CONTENT, GARBAGE, SievedTally, TERMINATOR, USAGE } from '../stream-tally.ts';
import { CHUNK_SHAPE } from './chunk-shape.ts';
import { readVendorError } from './errors.ts';
import { readReply } from './reply.ts';
import { DONE } from './terminator.ts';

/** Reads along with a stream of chat completion chunks. */
export class ChatStreamMeter extends SievedTally implements StreamMeter {
  constructor() {
    super(CHUNK_SHAPE);
  }

  read(data: string): StreamEvent {
    const text = data.trim();
    if (text === DONE) return TERMINATOR;
    if (text === '') return CONTENT;
    const json = asObject(parseJson(text));
    const error = readVendorError(json);
    if (error !== undefined) return { kind: 'error', error };
    const reading = readReply(json);
    if (json === undefined || reading === undefined) return GARBAGE;
    this.take(reading);
    this.learn(json);
    return reading.onlyUsage ? USAGE : CONTENT;
  }
}
