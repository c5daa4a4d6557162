import { countTokens } from '@weir/tokens/count';
import { z } from 'zod';
import { Refusal } from '../../core/refusal.ts';
import { wrongFieldOf } from '../../core/wrong-field.ts';
import { wrongParameter } from '../openai-vendor.ts';
import { requestName } from '../request-fields.ts';

/** The dimensions of a vector when the request does not say how many, and the most that it may say. */
const DIMENSIONS_DEFAULT = 1536;
const DIMENSIONS_MAX = 3072;
/** The most inputs of one request. */
const INPUTS_MAX = 2048;
/** The most tokens of one input. */
const INPUT_TOKENS_MAX = 8192;
/** The most tokens of all inputs of one request. */
const REQUEST_TOKENS_MAX = 300_000;

const text = z.string().min(1);
const tokens = z.array(z.number().int().min(0)).min(1);

/**
 * OpenAI's request for embeddings; unknown parameters are refused, as the vendor does.
 * See https://platform.openai.com/docs/api-reference/embeddings/create
 */
const embeddingsRequest = z.strictObject({
  model: z.string(),
  input: z
    .union([text, z.array(text).min(1), tokens, z.array(tokens).min(1)])
    .refine((input) => inputsOf(input).length <= INPUTS_MAX, `has more than ${INPUTS_MAX} inputs`),
  dimensions: z.number().int().min(1).max(DIMENSIONS_MAX).default(DIMENSIONS_DEFAULT),
  encoding_format: z.enum(['float', 'base64']).default('float'),
  user: z.string().optional(),
});

/** A text, or the tokens that somebody else made of one. */
export type EmbeddingInput = string | readonly number[];

export interface EmbeddingsOrder {
  modelId: string;
  inputs: EmbeddingInput[];
  dimensions: number;
  encoding: 'float' | 'base64';
  inputTokens: number;
  requestName: string | undefined;
}

/** @throws {Refusal} that names the parameter at fault. */
export function parseEmbeddingsRequest(body: unknown): EmbeddingsOrder {
  const result = embeddingsRequest.safeParse(body ?? {});
  if (!result.success) throw wrongParameter(wrongFieldOf(result.error, body));
  const { model, input, dimensions, encoding_format: encoding, user } = result.data;
  const inputs = inputsOf(input);
  return {
    modelId: model,
    inputs,
    dimensions,
    encoding,
    inputTokens: countInputs(inputs),
    requestName: requestName.safeParse(user).data,
  };
}

function inputsOf(input: string | string[] | number[] | number[][]): EmbeddingInput[] {
  if (typeof input === 'string') return [input];
  const numbers = input.filter((entry) => typeof entry === 'number');
  return numbers.length > 0 ? [numbers] : input.filter((entry) => typeof entry !== 'number');
}

function countInputs(inputs: readonly EmbeddingInput[]): number {
  let sum = 0;
  for (const input of inputs) {
    const count = typeof input === 'string' ? countTokens(input) : input.length;
    if (count > INPUT_TOKENS_MAX) throw tooMany(INPUT_TOKENS_MAX, count);
    sum += count;
  }
  if (sum > REQUEST_TOKENS_MAX) throw tooMany(REQUEST_TOKENS_MAX, sum);
  return sum;
}

function tooMany(max: number, count: number): Refusal {
  return new Refusal(
    'invalid-request',
    `This model's maximum context length is ${max} tokens, however you requested ${count} tokens. Please reduce your prompt.`,
    { param: 'input' },
  );
}
