import { z } from 'zod';
import { checkRequest, modelName, outputLimit, writeRequest } from '../check-request.ts';
import type { ClientRequest, RequestTarget } from '../dialect.ts';
import { asObject } from '../json.ts';
import type { Prompt } from '../prompt.ts';
import { countInputs, promptOfInput, textInput } from '../text-input.ts';

/** What OpenAI takes for a client's that sets no limit. */
const OUTPUT_TOKENS_DEFAULT = 16;

const candidates = z.int().min(1).max(128).nullish();

/** @see https://platform.openai.com/docs/api-reference/completions/create */
const requestSchema = z.looseObject({
  model: modelName,
  prompt: textInput,
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  max_tokens: outputLimit,
  n: candidates,
  /** So many are written, and paid, of which the best `n` come. */
  best_of: candidates,
});

/** @throws {WeirError} `invalid_request`, naming the field and what is wrong with it. */
export function parseRequest(json: unknown): ClientRequest {
  const body = checkRequest(requestSchema, json);
  return {
    model: body.model,
    stream: body.stream === true,
    usageWanted: body.stream_options?.include_usage === true,
    outputTokensMax: body.max_tokens ?? OUTPUT_TOKENS_DEFAULT,
    choices: Math.max(body.n ?? 1, body.best_of ?? 1) * countInputs(body.prompt),
    body,
  };
}

/** All of the texts. */
export function promptOf({ body }: ClientRequest): Prompt {
  const prompt = promptOfInput(body['prompt']);
  const { suffix } = body;
  return typeof suffix === 'string' ? { ...prompt, text: `${prompt.text}\n${suffix}` } : prompt;
}

/** The request as the vendor gets it: usage is always asked for, the output is always limited. */
export function passRequest({ body, stream }: ClientRequest, target: RequestTarget): string {
  const passed: Record<string, unknown> = {
    ...body,
    model: target.upstreamModel,
    max_tokens: target.outputTokensMax,
  };
  if (!target.quirks.takesStreamOptions) passed['stream_options'] = undefined;
  else if (stream) passed['stream_options'] = { ...asObject(body['stream_options']), include_usage: true };
  return writeRequest(passed);
}
