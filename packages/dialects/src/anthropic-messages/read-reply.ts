import type { ReplyReading } from '../dialect.ts';
import { asArray, asObject, asString, asWord, writeJson, type JsonObject } from '../json.ts';
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

/** Everything the model produced, in any block. */
export function producedText(block: JsonObject): string {
  switch (block['type']) {
    case 'text':
      return asString(block['text']) ?? '';
    case 'thinking':
      return asString(block['thinking']) ?? '';
    case 'tool_use':
    case 'server_tool_use':
    case 'mcp_tool_use': {
      const input = asObject(block['input']) ?? {};
      return (
        (asString(block['name']) ?? '') + (Object.keys(input).length > 0 ? (writeJson(input) ?? '') : '')
      );
    }
    default:
      // Results of the vendor's tools are input of the next step, and encrypted reasoning has no text.
      return '';
  }
}

function contentText(content: unknown): string {
  let text = '';
  for (const block of asArray(content)) text += producedText(asObject(block) ?? {});
  return text;
}
