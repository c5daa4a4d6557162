import type { ReplyReading } from '../dialect.ts';
import { asArray, asObject, asWord, type JsonObject } from '../json.ts';
import { readUsage } from './usage-figures.ts';

/* Replies are read by hand, as every one passes here; what is not understood is passed on all the same. */

interface ChatReading extends ReplyReading {
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
  let produced: true | undefined;
  for (const item of given ?? []) {
    const choice = asObject(item);
    if (!choice) return undefined;
    for (const speech of [asObject(choice['message']), asObject(choice['delta'])]) {
      text += speechText(speech);
      // OpenRouter's; speech without its transcript.
      if (asArray(speech?.['images']).length > 0 || asObject(speech?.['audio'])) produced = true;
    }
    finishReason ??= asWord(choice['finish_reason']);
  }
  return {
    usage: readUsage(body),
    text,
    finishReason,
    produced,
    onlyUsage: saysUsage && (given === undefined || given.length === 0),
  };
}

/** Answer, reasoning, refusal, tool names and arguments. */
function speechText(speech: JsonObject | undefined): string {
  if (!speech) return '';
  const { content } = speech;
  let text = textOf(speech['reasoning_content'] ?? speech['reasoning']);
  if (Array.isArray(content)) for (const part of content) text += partText(part);
  else text += textOf(content);
  text += textOf(speech['refusal']);
  for (const item of asArray(speech['tool_calls'])) {
    const call = asObject(item);
    text += calledText(call?.['function']) + calledText(call?.['custom']);
  }
  text += calledText(speech['function_call']);
  return text + textOf(asObject(speech['audio'])?.['transcript']);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function calledText(value: unknown): string {
  const called = asObject(value);
  return called ? textOf(called['name']) + textOf(called['arguments']) + textOf(called['input']) : '';
}

function partText(part: unknown): string {
  if (typeof part === 'string') return part;
  const { text, thinking } = asObject(part) ?? {};
  if (typeof text === 'string') return text;
  return Array.isArray(thinking) ? thinking.map(partText).join('') : '';
}
