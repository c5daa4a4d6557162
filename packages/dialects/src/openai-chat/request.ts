import { z } from 'zod';
import { bodyOf, checkRequest, modelName, outputLimit, writeRequest } from '../check-request.ts';
import type { ClientRequest, RequestTarget } from '../dialect.ts';
import { asArray, asObject } from '../json.ts';
import {
  ATTACHMENT_CHARACTERS_PER_TOKEN,
  IMAGE_TOKENS,
  MESSAGE_OVERHEAD_TOKENS,
  type Prompt,
} from '../prompt.ts';

/**
 * The part of a chat completion request that the gateway acts on; every other field is passed on as it is.
 * @see https://platform.openai.com/docs/api-reference/chat/create
 */
const requestSchema = z.looseObject({
  model: modelName,
  messages: z.array(z.looseObject({ role: z.string() })).min(1),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  max_tokens: outputLimit,
  max_completion_tokens: outputLimit,
  n: z.int().min(1).max(128).nullish(),
});

/** @throws {WeirError} `invalid_request`, naming the field and what is wrong with it. */
export function parseRequest(json: unknown): ClientRequest {
  const body = checkRequest(requestSchema, bodyOf(json, '{"model": "…", "messages": […]}'));
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
  const { messages, tools, functions, response_format: format } = body;
  for (const message of asArray(messages)) {
    extraTokens += MESSAGE_OVERHEAD_TOKENS;
    for (const [field, value] of Object.entries(asObject(message) ?? {})) {
      if (field === 'content' && Array.isArray(value)) {
        for (const part of value as unknown[]) {
          if (isImage(part)) images++;
          extraTokens += addPart(part, pieces);
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
  return { text: pieces.join('\n'), extraTokens, images };
}

/** @returns the tokens of the part, where it is no text. */
function addPart(part: unknown, pieces: string[]): number {
  if (typeof part !== 'object' || part === null) return 0;
  if ('text' in part && typeof part.text === 'string') pieces.push(part.text);
  if (isImage(part)) return IMAGE_TOKENS;
  if ('text' in part) return 0;
  return Math.ceil(JSON.stringify(part).length / ATTACHMENT_CHARACTERS_PER_TOKEN);
}

function isImage(part: unknown): boolean {
  return typeof part === 'object' && part !== null && 'image_url' in part;
}
