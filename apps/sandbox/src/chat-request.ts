import { z } from 'zod';
import { ApiError } from './api-error.ts';
import { REQUEST_NAME_CHARACTERS_MAX } from './controls.ts';

/**
 * The part of OpenAI's chat request that the sandbox acts on; whatever else there is passes and is ignored.
 * See https://platform.openai.com/docs/api-reference/chat/create
 */
const part = z.looseObject({ type: z.string(), text: z.string().optional() });

const toolCall = z.looseObject({
  function: z.looseObject({ name: z.string(), arguments: z.string() }).optional(),
});

const message = z.looseObject({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool', 'function']),
  content: z.union([z.string(), z.array(part)]).nullish(),
  name: z.string().optional(),
  tool_calls: z.array(toolCall).nullish(),
});

const tool = z.looseObject({
  type: z.string(),
  function: z.looseObject({ name: z.string(), parameters: z.unknown().optional() }).optional(),
});

const chatRequest = z.looseObject({
  model: z.string(),
  messages: z.array(message).min(1),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().optional() }).nullish(),
  max_tokens: z.number().int().min(1).nullish(),
  max_completion_tokens: z.number().int().min(1).nullish(),
  n: z.literal(1).nullish(),
  tools: z.array(tool).nullish(),
  tool_choice: z.unknown().optional(),
  metadata: z
    .looseObject({ 'sandbox-request': z.string().min(1).max(REQUEST_NAME_CHARACTERS_MAX).optional() })
    .nullish(),
});

export type ChatRequest = z.output<typeof chatRequest>;
export type ChatMessage = z.output<typeof message>;

/** @throws {ApiError} 400 that names the parameter at fault, as OpenAI does: `messages[0].role`. */
export function parseChatRequest(body: unknown): ChatRequest {
  const result = chatRequest.safeParse(body ?? {});
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const param = paramOf(issue?.path ?? []);
  if (issue !== undefined && isMissing(body, issue.path)) {
    throw new ApiError(400, `Missing required parameter: '${param}'.`, {
      param,
      code: 'missing_required_parameter',
    });
  }
  throw new ApiError(400, `Invalid value for '${param}': ${issue?.message ?? 'is wrong'}.`, {
    param,
    code: 'invalid_value',
  });
}

/** The text of a message's content: the string itself, or its text parts in order. */
export function textOf(content: ChatMessage['content']): string {
  if (typeof content === 'string') return content;
  return (content ?? []).map((contentPart) => contentPart.text ?? '').join('');
}

function paramOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>((param, key) => {
    if (typeof key === 'number') return `${param}[${key}]`;
    return param === '' ? String(key) : `${param}.${String(key)}`;
  }, '');
}

function isMissing(body: unknown, path: readonly PropertyKey[]): boolean {
  let value = body;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return true;
    value = Reflect.get(value, key);
  }
  return value === undefined;
}
