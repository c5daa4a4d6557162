import { z } from 'zod';
import type { Call, ToolChoice, ToolDefinition, ToolResult } from '../../core/call.ts';
import { countInputTokens } from '../../core/count-input.ts';
import { wrongFieldOf } from '../../core/wrong-field.ts';
import { wrongParameter } from '../openai-vendor.ts';
import { contentPart, mediaPartsOf, metadata, stop, stopTextsOf, textOf } from '../request-fields.ts';

const toolCall = z.looseObject({
  id: z.string().optional(),
  function: z.looseObject({ name: z.string(), arguments: z.string() }).optional(),
});

const message = z.looseObject({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool', 'function']),
  content: z.union([z.string(), z.array(contentPart)]).nullish(),
  name: z.string().optional(),
  tool_calls: z.array(toolCall).nullish(),
  tool_call_id: z.string().optional(),
});

const tool = z.looseObject({
  type: z.string(),
  function: z.looseObject({ name: z.string(), parameters: z.unknown().optional() }).optional(),
});

const toolChoice = z.union([
  z.enum(['none', 'auto', 'required']),
  z.looseObject({ function: z.looseObject({ name: z.string() }).optional() }),
]);

/**
 * The part of OpenAI's chat request that the sandbox acts on; whatever else there is passes and is ignored.
 * See https://platform.openai.com/docs/api-reference/chat/create
 */
const chatRequest = z.looseObject({
  model: z.string(),
  messages: z.array(message).min(1),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().optional() }).nullish(),
  max_tokens: z.number().int().min(1).nullish(),
  max_completion_tokens: z.number().int().min(1).nullish(),
  n: z.literal(1).nullish(),
  stop,
  reasoning_effort: z.string().nullish(),
  tools: z.array(tool).nullish(),
  tool_choice: toolChoice.nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  metadata,
});

export type ChatRequest = z.output<typeof chatRequest>;

/** @throws {Refusal} that names the parameter at fault, as OpenAI does: `messages[0].role`. */
export function parseChatRequest(body: unknown): ChatRequest {
  const result = chatRequest.safeParse(body ?? {});
  if (result.success) return result.data;
  throw wrongParameter(wrongFieldOf(result.error, body));
}

export function callOfChat(request: ChatRequest): Call {
  const asked = request.messages.findLast(({ role }) => role === 'user');
  return {
    modelId: request.model,
    streamed: request.stream === true,
    askedText: textOf(asked?.content),
    endsWithAsking: request.messages.at(-1)?.role === 'user',
    toolResults: toolResultsOf(request),
    tools: toolsOf(request),
    toolChoice: toolChoiceOf(request),
    parallelCalls: request.parallel_tool_calls !== false,
    outputTokensMax: request.max_completion_tokens ?? request.max_tokens ?? undefined,
    stopTexts: stopTextsOf(request.stop),
    thinks: request.reasoning_effort !== 'none',
    inputTokens: countChatTokens(request),
    requestName: request.metadata?.['sandbox-request'],
  };
}

function toolResultsOf({ messages }: ChatRequest): ToolResult[] {
  const calls = messages.flatMap(({ tool_calls: calls }) => calls ?? []);
  const names = new Map(calls.map(({ id, function: called }) => [id, called?.name]));
  return messages
    .slice(messages.findLastIndex(({ role }) => role === 'user') + 1)
    .filter(({ role }) => role === 'tool')
    .map(({ tool_call_id: id, content }) => ({ name: names.get(id) ?? '', text: textOf(content) }));
}

function toolsOf({ tools }: ChatRequest): ToolDefinition[] {
  return (tools ?? []).flatMap(({ function: definition }) =>
    definition === undefined ? [] : [{ name: definition.name, parameters: definition.parameters }],
  );
}

function toolChoiceOf({ tool_choice: choice }: ChatRequest): ToolChoice {
  if (typeof choice === 'object') return choice?.function ?? 'auto';
  return choice ?? 'auto';
}

function countChatTokens({ messages, tools }: ChatRequest): number {
  const counted = messages.map(({ content, name, tool_calls: calls }) => ({
    texts: [
      textOf(content),
      name ?? '',
      ...(calls ?? []).flatMap((call) => [call.function?.name ?? '', call.function?.arguments ?? '']),
    ],
    mediaParts: mediaPartsOf(content),
  }));
  return countInputTokens(counted, tools ?? []);
}
