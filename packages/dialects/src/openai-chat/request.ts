import { WeirError } from '@weir/core/errors';
import { z } from 'zod';
import { checkRequest, shortList, writeRequest } from '../check-request.ts';
import type { ClientRequest, RequestTarget } from '../dialect.ts';
import { asArray, asObject } from '../json.ts';
import {
  ATTACHMENT_CHARACTERS_PER_TOKEN,
  IMAGE_TOKENS,
  MESSAGE_OVERHEAD_TOKENS,
  type Prompt,
} from '../prompt.ts';
import { refuseDearTiers, refuseUnpriced, refuseVendorsTools } from '../unpriced.ts';

/** As large as a Postgres integer: far above what any model writes, and no sum of holds overflows. */
const outputLimit = z.int().min(1).max(2_147_483_647).nullish();

/**
 * The part of a chat completion request that the gateway acts on; every other field is passed on as it is.
 * @see https://platform.openai.com/docs/api-reference/chat/create
 */
const requestSchema = z.looseObject({
  model: z.string().min(1).max(200),
  messages: shortList(z.array(z.looseObject({ role: z.string() })).min(1)),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  max_tokens: outputLimit,
  max_completion_tokens: outputLimit,
  n: z.int().min(1).max(128).nullish(),
});

/** Searches (OpenAI, xAI, Qwen), and other models, plug-ins and dearer hosts than the price is for (OpenRouter). */
const UNPRICED = [
  'web_search_options',
  'search_parameters',
  'enable_search',
  'models',
  'plugins',
  'provider',
] as const;

/** @throws {WeirError} `invalid_request`, naming the field and what is wrong with it. */
export function parseRequest(json: unknown): ClientRequest {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new WeirError(
      'invalid_request',
      'The body has to be a JSON object: {"model": "…", "messages": […]}.',
    );
  }
  const body = checkRequest(requestSchema, json);
  refuseDearTiers(body['service_tier'], 'service_tier');
  return {
    model: body.model,
    stream: body.stream === true,
    usageWanted: body.stream_options?.include_usage === true,
    outputTokensMax: body.max_completion_tokens ?? body.max_tokens ?? undefined,
    choices: body.n ?? 1,
    body,
  };
}

/** The request as the vendor gets it: usage is always asked for, the output is always limited, in one field. */
export function passRequest({ body, stream }: ClientRequest, target: RequestTarget): string {
  refuseUnpriced(body, UNPRICED);
  refuseVendorsTools(body['tools'], ({ type = 'function' }) => type === 'function' || type === 'custom');
  const { outputLimitField, takesStreamOptions } = target.quirks;
  // A field that is undefined is left out; one that is deleted would make the object slow to write.
  const passed: Record<string, unknown> = {
    ...body,
    model: target.upstreamModel,
    max_tokens: undefined,
    max_completion_tokens: undefined,
  };
  passed[outputLimitField] = target.outputTokensMax;
  if (!takesStreamOptions) passed['stream_options'] = undefined;
  else if (stream) passed['stream_options'] = { ...asObject(body['stream_options']), include_usage: true };
  return writeRequest(passed);
}

export function promptOf({ body }: ClientRequest): Prompt {
  const pieces: string[] = [];
  let extraTokens = 0;
  let images = 0;
  let unbounded = false;
  const { messages, tools, functions, response_format: format } = body;
  for (const message of asArray(messages)) {
    extraTokens += MESSAGE_OVERHEAD_TOKENS;
    for (const [field, value] of Object.entries(asObject(message) ?? {})) {
      if (field === 'content' && Array.isArray(value)) {
        for (const part of value as unknown[]) {
          const kind = kindOf(part);
          if (kind === 'image') images++;
          if (kind === 'attachment') unbounded = true;
          extraTokens += addPart(part, kind, pieces);
        }
      } else if (typeof value === 'string') {
        pieces.push(value);
      } else if (value !== null && value !== undefined) {
        pieces.push(JSON.stringify(value));
      }
    }
  }
  for (const declared of [tools, functions, format]) {
    if (declared !== undefined && declared !== null) pieces.push(JSON.stringify(declared));
  }
  return { text: pieces.join('\n'), extraTokens, images, unbounded };
}

/** What a part is by its type, and not by fields that it might have beside. */
const TEXT_TYPES: ReadonlySet<unknown> = new Set(['text', 'refusal', 'thinking', 'reference']);

type PartKind = 'text' | 'image' | 'attachment';

function kindOf(part: unknown): PartKind {
  const object = asObject(part);
  if (!object || TEXT_TYPES.has(object['type'])) return 'text';
  return object['type'] === 'image_url' ? 'image' : 'attachment';
}

/** @returns the tokens of the part, where it is no text. */
function addPart(part: unknown, kind: PartKind, pieces: string[]): number {
  if (kind === 'image') return IMAGE_TOKENS;
  if (kind === 'attachment') return Math.ceil(JSON.stringify(part).length / ATTACHMENT_CHARACTERS_PER_TOKEN);
  const text = asObject(part)?.['text'];
  if (typeof text === 'string') pieces.push(text);
  else if (part !== null && part !== undefined) pieces.push(JSON.stringify(part));
  return 0;
}
