import type { ReplyReading } from '../dialect.ts';
import { asObject, asWord } from '../json.ts';
import { contentText } from './reply.ts';
import { readUsage } from './usage.ts';

/**
 * A message, as far as metering needs it; blocks of any type pass.
 * @returns undefined when the value is none: what `count_tokens` answers is no reply, and costs nothing.
 */
export function readReply(json: unknown): ReplyReading | undefined {
  const message = asObject(json);
  if (!message || !Array.isArray(message['content'])) return undefined;
  return {
    usage: readUsage(message['usage']),
    text: contentText(message['content']),
    finishReason: asWord(message['stop_reason']),
  };
}
