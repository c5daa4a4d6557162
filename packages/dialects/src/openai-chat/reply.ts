import type { ReplyReading } from '../dialect.ts';
import { asObject, asTokenCount, asWord, type JsonObject } from '../json.ts';
import type { Usage } from '../usage.ts';

/* Replies are read by hand, as every one passes here; what is not understood is passed on all the same. */

export interface ChatReading extends ReplyReading {
  /** It has a place for usage and no choices: the chunk that ends a stream of which usage was asked. */
  readonly onlyUsage: boolean;
}

/**
 * Reads a `chat.completion` or a `chat.completion.chunk`.
 * @returns undefined when the value is neither.
 * @see https://platform.openai.com/docs/api-reference/chat/object
 */
export function readReply(json: unknown): ChatReading | undefined {
  const body = asObject(json);
  if (!body) return undefined;
  const { choices, usage } = body;
  const given = choices ?? undefined;
  if (given !== undefined && !Array.isArray(given)) return undefined;
  const saysUsage = usage !== undefined && usage !== null;
  if (given === undefined && !saysUsage) return undefined;
  let text = '';
  let finishReason: string | undefined;
  for (const item of given ?? []) {
    const choice = asObject(item);
    if (!choice) return undefined;
    text += speechText(asObject(choice['message'])) + speechText(asObject(choice['delta']));
    finishReason ??= asWord(choice['finish_reason']);
  }
  return {
    usage: readUsage(asObject(usage)),
    text,
    finishReason,
    onlyUsage: saysUsage && (given === undefined || given.length === 0),
  };
}

/** @see https://platform.openai.com/docs/api-reference/completions/object#completions/object-usage */
export function readUsage(usage: JsonObject | undefined): Usage | undefined {
  if (!usage) return undefined;
  const input = asObject(usage['prompt_tokens_details']);
  const output = asObject(usage['completion_tokens_details']);
  const read: Usage = {};
  const take = (field: keyof Usage, value: unknown): void => {
    const count = asTokenCount(value);
    if (count !== undefined) read[field] = count;
  };
  take('inputTokens', usage['prompt_tokens']);
  take('cachedInputTokens', input?.['cached_tokens']);
  take('audioInputTokens', input?.['audio_tokens']);
  take('outputTokens', usage['completion_tokens']);
  take('reasoningTokens', output?.['reasoning_tokens']);
  take('audioOutputTokens', output?.['audio_tokens']);
  return read;
}

/** Answer, reasoning, refusal, tool names and arguments. */
function speechText(speech: JsonObject | undefined): string {
  if (!speech) return '';
  let text = '';
  const add = (piece: unknown): void => {
    if (typeof piece === 'string') text += piece;
  };
  add(speech['reasoning_content'] ?? speech['reasoning']);
  const { content } = speech;
  if (Array.isArray(content)) for (const part of content) add(partText(part));
  else add(content);
  add(speech['refusal']);
  const { tool_calls: toolCalls, function_call: functionCall } = speech;
  const calls = Array.isArray(toolCalls) ? toolCalls.map((call) => asObject(call)?.['function']) : [];
  for (const call of [...calls, functionCall]) {
    const called = asObject(call);
    add(called?.['name']);
    add(called?.['arguments']);
  }
  return text;
}

function partText(part: unknown): string {
  if (typeof part === 'string') return part;
  const { text, thinking } = asObject(part) ?? {};
  if (typeof text === 'string') return text;
  return Array.isArray(thinking) ? thinking.map(partText).join('') : '';
}
