import { countTokens } from '@weir/tokens/count';
import { type ChatRequest, textOf } from './chat-request.ts';

/**
 * Tokens of a message beside its content and name: its role and its delimiters. With the priming of the reply, the
 * numbers of OpenAI's cookbook ("How to count tokens with tiktoken").
 */
export const MESSAGE_OVERHEAD_TOKENS = 4;
/** Tokens that begin the assistant's reply, counted once per request. */
export const REPLY_PRIMING_TOKENS = 3;
/** Tokens of a content part that is no text, such as an image: OpenAI's number for one of low detail. */
export const MEDIA_PART_TOKENS = 85;

/** The prompt tokens of a request: contents, names, tool calls and tool definitions, and the overhead of each message. */
export function countInputTokens(request: ChatRequest): number {
  let tokens = REPLY_PRIMING_TOKENS;
  for (const { content, name, tool_calls: toolCalls } of request.messages) {
    tokens += MESSAGE_OVERHEAD_TOKENS + countTokens(textOf(content)) + countTokens(name ?? '');
    if (Array.isArray(content)) {
      tokens += MEDIA_PART_TOKENS * content.filter((part) => part.text === undefined).length;
    }
    for (const call of toolCalls ?? []) {
      tokens += countTokens(call.function?.name ?? '') + countTokens(call.function?.arguments ?? '');
    }
  }
  return tokens + (request.tools?.length ? countTokens(JSON.stringify(request.tools)) : 0);
}
