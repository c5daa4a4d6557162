import { z } from 'zod';
import type { Usage } from '../usage.ts';

/*
 * Replies are read with forgiving schemas: what a vendor leaves out or sends as null is absent, and what is not
 * understood is passed on all the same.
 */

/** Above this, which is what a Postgres integer holds, a figure is no count of tokens. */
const TOKENS_MAX = 2_147_483_647;

const count = z.number().int().min(0).max(TOKENS_MAX).nullish().catch(undefined);

const usageSchema = z.object({
  prompt_tokens: count,
  completion_tokens: count,
  prompt_tokens_details: z.object({ cached_tokens: count, audio_tokens: count }).nullish().catch(undefined),
  completion_tokens_details: z
    .object({ reasoning_tokens: count, audio_tokens: count })
    .nullish()
    .catch(undefined),
});

const spoken = z.string().nullish().catch(undefined);

const speechSchema = z.object({
  content: z
    .union([z.string(), z.array(z.unknown())])
    .nullish()
    .catch(undefined),
  reasoning_content: spoken,
  reasoning: spoken,
  refusal: spoken,
  tool_calls: z
    .array(z.object({ function: z.object({ name: spoken, arguments: spoken }).nullish().catch(undefined) }))
    .nullish()
    .catch(undefined),
  function_call: z.object({ name: spoken, arguments: spoken }).nullish().catch(undefined),
});

const choiceSchema = z.object({
  message: speechSchema.nullish().catch(undefined),
  delta: speechSchema.nullish().catch(undefined),
  /** A word such as `stop`. It is kept, so nothing that could be a piece of a reply passes for one. */
  finish_reason: z
    .string()
    .regex(/^[\w-]{1,40}$/)
    .nullish()
    .catch(undefined),
});

const bodySchema = z.object({
  choices: z.array(choiceSchema).nullish(),
  usage: usageSchema.nullish().catch(undefined),
});

/** A reply or a chunk of one, as far as metering needs it. */
export interface ReplyReading {
  readonly usage: Usage | undefined;
  /** Everything the model produced: answer, reasoning, refusal, tool names and arguments. */
  readonly text: string;
  readonly finishReason: string | undefined;
  /** It has a place for usage and no choices: the chunk that ends a stream of which usage was asked. */
  readonly onlyUsage: boolean;
}

/**
 * Reads a `chat.completion` or a `chat.completion.chunk`.
 * @returns undefined when the value is neither.
 * @see https://platform.openai.com/docs/api-reference/chat/object
 */
export function readReply(json: unknown): ReplyReading | undefined {
  const result = bodySchema.safeParse(json);
  if (!result.success) return undefined;
  const { choices: given, usage } = result.data;
  const saysUsage = typeof json === 'object' && json !== null && 'usage' in json && json.usage !== null;
  if (!given && !saysUsage) return undefined;
  const choices = given ?? [];
  return {
    usage: usage ? readUsage(usage) : undefined,
    text: choices.map((choice) => speechText(choice.message) + speechText(choice.delta)).join(''),
    finishReason: choices.find((choice) => choice.finish_reason)?.finish_reason ?? undefined,
    onlyUsage: saysUsage && choices.length === 0,
  };
}

/** @see https://platform.openai.com/docs/api-reference/completions/object#completions/object-usage */
function readUsage(usage: z.output<typeof usageSchema>): Usage {
  const figures = {
    inputTokens: usage.prompt_tokens,
    cachedInputTokens: usage.prompt_tokens_details?.cached_tokens,
    audioInputTokens: usage.prompt_tokens_details?.audio_tokens,
    outputTokens: usage.completion_tokens,
    reasoningTokens: usage.completion_tokens_details?.reasoning_tokens,
    audioOutputTokens: usage.completion_tokens_details?.audio_tokens,
  };
  return Object.fromEntries(
    Object.entries(figures).filter(([, value]) => value !== undefined && value !== null),
  );
}

function speechText(speech: z.output<typeof speechSchema> | null | undefined): string {
  if (!speech) return '';
  const { content, tool_calls: toolCalls, function_call: functionCall } = speech;
  const calls = [...(toolCalls ?? []).map((call) => call.function), functionCall];
  return [
    speech.reasoning_content ?? speech.reasoning,
    typeof content === 'string' ? content : content?.map(partText).join(''),
    speech.refusal,
    ...calls.flatMap((call) => [call?.name, call?.arguments]),
  ]
    .filter((piece) => typeof piece === 'string')
    .join('');
}

function partText(part: unknown): string {
  if (typeof part === 'string') return part;
  if (typeof part !== 'object' || part === null) return '';
  if ('text' in part && typeof part.text === 'string') return part.text;
  if ('thinking' in part && Array.isArray(part.thinking)) return part.thinking.map(partText).join('');
  return '';
}
