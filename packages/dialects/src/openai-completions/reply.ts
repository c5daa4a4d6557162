import type { ReplyReading, StreamEvent, StreamMeter } from '../dialect.ts';
import { asArray, asObject, asString, asWord, parseJson } from '../json.ts';
import { readVendorError } from '../openai-chat/errors.ts';
import { TERMINATOR } from '../openai-chat/stream-meter.ts';
import { readUsage } from '../openai-chat/usage-figures.ts';
import { mergeUsage, type Usage } from '../usage.ts';

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

export class CompletionStreamMeter implements StreamMeter {
  #usage: Usage | undefined;
  #finishReason: string | undefined;
  #text = '';

  get usage(): Usage | undefined {
    return this.#usage;
  }

  get finishReason(): string | undefined {
    return this.#finishReason;
  }

  text(): string {
    return this.#text;
  }

  read(data: string): StreamEvent {
    if (data.trim() === TERMINATOR) return { kind: 'terminator' };
    const json = parseJson(data);
    const error = readVendorError(json);
    if (error) return { kind: 'error', error };
    const reading = readReply(json);
    if (!reading) return { kind: 'garbage' };
    this.#text += reading.text;
    this.#usage = mergeUsage(this.#usage, reading.usage);
    this.#finishReason = reading.finishReason ?? this.#finishReason;
    const onlyUsage = reading.usage !== undefined && asArray(asObject(json)?.['choices']).length === 0;
    return { kind: onlyUsage ? 'usage' : 'content' };
  }
}
