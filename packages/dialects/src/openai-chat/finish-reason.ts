import { errorText } from '../broken-finish.ts';
import { asObject, asString, asWord, type JsonObject } from '../json.ts';
import type { Finish, FinishReason } from '../reply.ts';

/**
 * What vendors say beside the words of OpenAI: Mistral (`model_length`), DeepSeek (`insufficient_system_resource`),
 * Zhipu (`sensitive`, `network_error`), vLLM (`abort`), Gemini's and Anthropic's words as some relays leave them.
 */
const REASONS: ReadonlyMap<string, FinishReason> = new Map<string, FinishReason>([
  ['length', 'length'],
  ['max_tokens', 'length'],
  ['model_length', 'length'],
  ['tool_calls', 'tool_calls'],
  ['tool_use', 'tool_calls'],
  ['function_call', 'tool_calls'],
  ['content_filter', 'content_filter'],
  ['safety', 'content_filter'],
  ['sensitive', 'content_filter'],
  ['refusal', 'refusal'],
  ['pause_turn', 'pause'],
  ['error', 'error'],
  ['abort', 'error'],
  ['network_error', 'error'],
  ['insufficient_system_resource', 'error'],
]);

/** What a choice holds, which some vendors' reasons don't tell of. */
interface Produced {
  readonly toolCalls: boolean;
  readonly refusal: boolean;
}

/** How a choice says why it ended. */
export interface FinishFields {
  readonly word: string | undefined;
  readonly native?: string | undefined;
  readonly message?: string | undefined;
}

/**
 * A word that is unknown, and none at all, mean that the reply came to its end. So does `stop`, which OpenAI says also
 * of a call that `tool_choice` had ordered, and of a refusal.
 */
export function readFinish({ word, native, message }: FinishFields, produced: Produced): Finish {
  const kept = asWord(native) ?? asWord(word);
  return {
    reason: REASONS.get(word?.toLowerCase() ?? '') ?? reasonToStop(produced),
    ...(kept !== undefined && { native: kept }),
    ...(message !== undefined && { message }),
  };
}

function reasonToStop({ toolCalls, refusal }: Produced): FinishReason {
  if (toolCalls) return 'tool_calls';
  return refusal ? 'refusal' : 'stop';
}

/** What OpenRouter says of a choice that ended in an error, beside its reason. */
const ERROR_CODE = 502;

/** The vendor's word, and what went wrong, stand where OpenRouter puts them. */
export function renderFinish(finish: Finish, produced: Produced): JsonObject {
  const { reason, native } = finish;
  return {
    ...(reason === 'error' && { error: { code: ERROR_CODE, message: errorText(finish) } }),
    finish_reason: wordFor(reason, produced),
    ...(native !== undefined && { native_finish_reason: native }),
  };
}

function wordFor(reason: FinishReason, { refusal }: Produced): string {
  switch (reason) {
    case 'refusal':
      // OpenAI's own refusals stand in `refusal`, and end with `stop`; others leave nothing but a filter's work.
      return refusal ? 'stop' : 'content_filter';
    case 'pause':
      return 'stop';
    case 'stop':
    case 'length':
    case 'tool_calls':
    case 'content_filter':
    case 'error':
      return reason;
  }
}

/** @returns undefined for an unfinished choice: some vendors say so with an empty string. */
export function finishWord(choice: JsonObject): string | undefined {
  return asString(choice['finish_reason']) || undefined;
}

/** @returns undefined for a choice that ended in no error. */
export function finishMessage(choice: JsonObject): string | undefined {
  return asString(asObject(choice['error'])?.['message']) || undefined;
}
