import type { ReplyReading, StreamEvent, StreamMeter } from '../dialect.ts';
import { asArray, asObject, asString, asWord, parseJson } from '../json.ts';
import { readVendorError } from '../openai-chat/errors.ts';
import { DONE } from '../openai-chat/terminator.ts';
import { readUsage } from '../openai-chat/usage-figures.ts';
import { CONTENT, GARBAGE, StreamTally, TERMINATOR, USAGE } from '../stream-tally.ts';

/** A `text_completion`, or a piece of one, which is written in the same way. */
export function readReply(json: unknown): ReplyReading | undefined {
  const body = asObject(json);
  const usage = asObject(body?.['usage']);
  if (!body || (!Array.isArray(body['choices']) && !usage)) return undefined;
  const choices = asArray(body['choices']).map(asObject);
  return {
    usage: readUsage(body),
    text: choices.map((choice) => asString(choice?.['text']) ?? '').join(''),
    finishReason: choices.map((choice) => asWord(choice?.['finish_reason'])).find((word) => word),
  };
}

/** Reads along with a stream of them. */
export class CompletionStreamMeter extends StreamTally implements StreamMeter {
  read(data: string): StreamEvent {
    if (data.trim() === DONE) return TERMINATOR;
    const json = parseJson(data);
    const error = readVendorError(json);
    if (error) return { kind: 'error', error };
    const reading = readReply(json);
    if (!reading) return GARBAGE;
    this.take(reading);
    const onlyUsage = reading.usage !== undefined && asArray(asObject(json)?.['choices']).length === 0;
    return onlyUsage ? USAGE : CONTENT;
  }
}
