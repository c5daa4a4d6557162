import { z } from 'zod';
import { bodyOf, checkRequest, modelName, outputLimit, writeRequest } from '../check-request.ts';
import type { ClientRequest, RequestTarget } from '../dialect.ts';
import { asArray, asObject } from '../json.ts';
import { PromptCounter, type Prompt } from '../prompt.ts';

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

/** Everything that the model reads: messages, tools, format. */
export function promptOf({ body }: ClientRequest): Prompt {
  const counter = new PromptCounter();
  const { messages, tools, functions, response_format: format } = body;
  for (const [index, message] of asArray(messages).entries()) {
    counter.addFrame();
    for (const [name, value] of Object.entries(asObject(message) ?? {})) {
      const field = `messages[${index}].${name}`;
      if (name === 'content' && Array.isArray(value)) {
        for (const part of value) addPart(part, field, counter);
      } else if (typeof value === 'string') counter.addText(value);
      else counter.addJson(value, field);
    }
  }
  counter.addJson(tools, 'tools');
  counter.addJson(functions, 'functions');
  counter.addJson(format, 'response_format');
  return counter.prompt;
}

function addPart(part: unknown, field: string, counter: PromptCounter): void {
  if (typeof part !== 'object' || part === null) return;
  if ('text' in part) counter.addText(part.text);
  if ('image_url' in part) counter.addImage();
  else if (!('text' in part)) counter.addAttachment(part, field);
}
