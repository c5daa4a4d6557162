import { z } from 'zod';
import { checkRequest, modelName, outputLimit } from '../check-request.ts';
import type { ClientRequest, RequestTarget } from '../dialect.ts';
import { asObject } from '../json.ts';
import type { Prompt } from '../prompt.ts';
import { isGiven } from '../strict-fields.ts';
import { countInputs, promptOfInput, textInput } from '../text-input.ts';
import { UNPRICED } from '../openai-chat/request.ts';
import { passBody, refuseDearTiers } from '../unpriced.ts';
import { malformed } from '../unsupported.ts';

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
  refuseDearTiers(body['service_tier'], 'service_tier');
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

/** OpenRouter's, which other vendors' completions know nothing of. */
const REASONING = ['reasoning', 'include_reasoning'];

/**
 * The request as the vendor gets it: usage is always asked for, the output is always limited.
 * @throws {WeirError} `invalid_request`, naming a field that the vendor would not know, or that has no price.
 */
export function passRequest({ body, stream }: ClientRequest, target: RequestTarget): string {
  const unknown = REASONING.find((field) => isGiven(body[field]));
  if (unknown !== undefined && target.quirks.reasoningForm !== 'reasoning') {
    throw malformed(
      unknown,
      'the vendor of this model knows nothing of it in completions; leave it out, or use chat completions',
    );
  }
  const changes: Record<string, unknown> = {
    model: target.upstreamModel,
    max_tokens: target.outputTokensMax,
  };
  if (!target.quirks.takesStreamOptions) changes['stream_options'] = undefined;
  else if (stream) changes['stream_options'] = { ...asObject(body['stream_options']), include_usage: true };
  return passBody(body, changes, UNPRICED);
}
