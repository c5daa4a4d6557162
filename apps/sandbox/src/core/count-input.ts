import { countTokens } from '@weir/tokens/count';

/**
 * Tokens of a message beside its content and name: its role and its delimiters. With the priming of the reply, the
 * numbers of OpenAI's cookbook ("How to count tokens with tiktoken"), whatever the protocol.
 */
export const MESSAGE_OVERHEAD_TOKENS = 4;
/** Tokens that begin the assistant's reply, counted once per request. */
export const REPLY_PRIMING_TOKENS = 3;
/** Tokens of a content part that is no text, such as an image: OpenAI's number for one of low detail. */
export const MEDIA_PART_TOKENS = 85;

/** What is counted of one message: its texts each by itself, and how many of its parts are no text. */
export interface CountedMessage {
  texts: readonly string[];
  mediaParts?: number;
}

/**
 * The input tokens of a request: contents, names, tool calls and tool definitions, and the overhead of each message.
 * A system prompt is a message. Tools are counted as the JSON that came.
 */
export function countInputTokens(messages: readonly CountedMessage[], tools: readonly unknown[]): number {
  let tokens = REPLY_PRIMING_TOKENS;
  for (const { texts, mediaParts = 0 } of messages) {
    tokens += MESSAGE_OVERHEAD_TOKENS + MEDIA_PART_TOKENS * mediaParts;
    for (const text of texts) tokens += countTokens(text);
  }
  return tokens + (tools.length > 0 ? countTokens(JSON.stringify(tools)) : 0);
}
