import { countTokens } from '@weir/tokens/count';
import { z } from 'zod';
import type { Call } from '../../core/call.ts';
import { wrongFieldOf } from '../../core/wrong-field.ts';
import { wrongParameter } from '../openai-vendor.ts';
import { requestName, stop, stopTextsOf } from '../request-fields.ts';

/** The limit of a completion that says none. */
const OUTPUT_TOKENS_DEFAULT = 16;

/**
 * OpenAI's request for a legacy completion, of one prompt that is text; whatever else there is passes and is ignored.
 * See https://platform.openai.com/docs/api-reference/completions/create
 */
const completionsRequest = z.looseObject({
  model: z.string(),
  prompt: z.union([z.string(), z.tuple([z.string()], 'the sandbox takes one prompt, and as text')]),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().optional() }).nullish(),
  max_tokens: z.number().int().min(0).nullish(),
  n: z.literal(1).nullish(),
  best_of: z.literal(1).nullish(),
  echo: z.boolean().nullish(),
  stop,
  user: z.string().optional(),
});

export type CompletionsRequest = z.output<typeof completionsRequest>;

/** @throws {Refusal} that names the parameter at fault. */
export function parseCompletionsRequest(body: unknown): CompletionsRequest {
  const result = completionsRequest.safeParse(body ?? {});
  if (result.success) return result.data;
  throw wrongParameter(wrongFieldOf(result.error, body));
}

/** A prompt is no message: its tokens alone are counted. */
export function callOfCompletions(request: CompletionsRequest): Call {
  const prompt = promptOf(request);
  return {
    modelId: request.model,
    streamed: request.stream === true,
    askedText: prompt,
    endsWithAsking: true,
    toolResults: [],
    tools: [],
    toolChoice: 'none',
    parallelCalls: false,
    outputTokensMax: request.max_tokens ?? OUTPUT_TOKENS_DEFAULT,
    stopTexts: stopTextsOf(request.stop),
    thinks: false,
    inputTokens: countTokens(prompt),
    requestName: requestName.safeParse(request.user).data,
  };
}

export function promptOf({ prompt }: CompletionsRequest): string {
  return typeof prompt === 'string' ? prompt : prompt[0];
}
