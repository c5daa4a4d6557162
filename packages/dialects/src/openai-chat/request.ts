import { z } from 'zod';
import { bodyOf, checkRequest, modelName, outputLimit, shortList } from '../check-request.ts';
import type { ClientRequest, RequestTarget } from '../dialect.ts';
import { asArray, asObject } from '../json.ts';
import { refuseKeeping } from '../keeps-nothing.ts';
import { PromptCounter, type Prompt } from '../prompt.ts';
import { translateReasoning } from './reasoning-request.ts';
import { passBody, refuseDearTiers, UNPRICED_OPENAI_FIELDS, type Unpriced } from '../unpriced.ts';

/**
 * The part of a chat completion request that the gateway acts on; every other field is passed on as it is.
 * @see https://platform.openai.com/docs/api-reference/chat/create
 */
const requestSchema = z.looseObject({
  model: modelName,
  messages: shortList(z.array(z.looseObject({ role: z.string() })).min(1)),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  max_tokens: outputLimit,
  max_completion_tokens: outputLimit,
  n: z.int().min(1).max(128).nullish(),
  reasoning: z.looseObject({ exclude: z.boolean().nullish() }).nullish(),
  include_reasoning: z.boolean().nullish(),
});

/** Its older formats take no other tools either. */
export const UNPRICED: Unpriced = {
  fields: UNPRICED_OPENAI_FIELDS,
  isClientsTool: ({ type = 'function' }) => type === 'function' || type === 'custom',
};

/** What has the vendor keep the reply: in its logs (OpenAI), or until it is asked for (xAI). */
const KEEPING = ['store', 'deferred'] as const;

/** @throws {WeirError} `invalid_request`, naming the field and what is wrong with it. */
export function parseRequest(json: unknown): ClientRequest {
  const body = checkRequest(requestSchema, bodyOf(json, '{"model": "…", "messages": […]}'));
  refuseKeeping(body, KEEPING);
  refuseDearTiers(body['service_tier'], 'service_tier');
  return {
    model: body.model,
    stream: body.stream === true,
    usageWanted: body.stream_options?.include_usage === true,
    outputTokensMax: body.max_completion_tokens ?? body.max_tokens ?? undefined,
    choices: body.n ?? 1,
    hidesReasoning: body.reasoning?.exclude ?? body.include_reasoning === false,
    body,
  };
}

/** The request as the vendor gets it: usage is always asked for, the output is always limited, in one field. */
export function passRequest({ body, stream }: ClientRequest, target: RequestTarget): string {
  const { outputLimitField, seedField = 'seed', takesStreamOptions } = target.quirks;
  const changes: Record<string, unknown> = {
    model: target.upstreamModel,
    max_tokens: undefined,
    max_completion_tokens: undefined,
    ...translateReasoning(body, target),
  };
  changes[outputLimitField] = target.outputTokensMax;
  if (seedField !== 'seed') {
    changes['seed'] = undefined;
    changes[seedField] = body[seedField] ?? body['seed'];
  }
  if (!takesStreamOptions) changes['stream_options'] = undefined;
  else if (stream) changes['stream_options'] = { ...asObject(body['stream_options']), include_usage: true };
  return passBody(body, changes, UNPRICED);
}

/** Everything that the model reads: messages, tools, format. */
export function promptOf({ body }: ClientRequest): Prompt {
  const counter = new PromptCounter();
  const { messages, tools, functions, documents, response_format: format } = body;
  for (const [index, message] of asArray(messages).entries()) {
    counter.addFrame();
    for (const [name, value] of Object.entries(asObject(message) ?? {})) {
      if (typeof value === 'string') {
        counter.addText(value);
        continue;
      }
      const field = `messages[${index}].${name}`;
      if (name === 'content' && Array.isArray(value)) {
        for (const part of value) addPart(part, field, counter);
      } else counter.addJson(value, field);
    }
  }
  counter.addJson(tools, 'tools');
  counter.addJson(functions, 'functions');
  counter.addJson(documents, 'documents');
  counter.addJson(format, 'response_format');
  return counter.prompt;
}

/** What a part is by its type, and not by fields that it might have beside. */
const TEXT_TYPES: ReadonlySet<unknown> = new Set(['text', 'refusal', 'thinking', 'reference']);

function addPart(part: unknown, field: string, counter: PromptCounter): void {
  const { type, text } = asObject(part) ?? {};
  if (type === 'image_url') counter.addImage();
  else if (asObject(part) && !TEXT_TYPES.has(type)) counter.addAttachment(part, field);
  else if (typeof text === 'string') counter.addText(text);
  else counter.addJson(part, field);
}
