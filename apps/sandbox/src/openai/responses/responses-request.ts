import { z } from 'zod';
import type { Call, ToolChoice, ToolDefinition, ToolResult } from '../../core/call.ts';
import { countInputTokens, type CountedMessage } from '../../core/count-input.ts';
import { Refusal } from '../../core/refusal.ts';
import { wrongFieldOf } from '../../core/wrong-field.ts';
import { wrongParameter } from '../openai-vendor.ts';
import { mediaPartsOf, metadata, textOf } from '../request-fields.ts';
import { checkItems, input, type InputItem } from './response-items.ts';

/** The smallest limit that OpenAI takes. */
const OUTPUT_TOKENS_LIMIT_MIN = 16;

const anything = z.unknown().optional();

const functionTool = z.looseObject({
  type: z.literal('function'),
  name: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/),
  parameters: z.record(z.string(), z.unknown()).nullish(),
});

/** The vendor's own tools, which the sandbox has none of. */
const builtInTool = z.looseObject({
  type: z.enum([
    'web_search',
    'web_search_preview',
    'file_search',
    'code_interpreter',
    'computer_use_preview',
    'image_generation',
    'mcp',
    'local_shell',
    'shell',
    'apply_patch',
    'tool_search',
    'custom',
  ]),
});

const toolChoice = z.union([
  z.enum(['none', 'auto', 'required']),
  z.looseObject({ type: z.string(), name: z.string().optional() }),
]);

/**
 * OpenAI's request for a response; unknown parameters are refused, as the vendor does.
 * See https://platform.openai.com/docs/api-reference/responses/create
 */
const responsesRequest = z.strictObject({
  model: z.string(),
  input,
  instructions: z.string().nullish(),
  stream: z.boolean().nullish(),
  stream_options: anything,
  max_output_tokens: z.number().int().min(OUTPUT_TOKENS_LIMIT_MIN).nullish(),
  tools: z.array(z.discriminatedUnion('type', [functionTool, builtInTool])).nullish(),
  tool_choice: toolChoice.nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  reasoning: z
    .looseObject({
      effort: z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']).nullish(),
      summary: z.enum(['auto', 'concise', 'detailed']).nullish(),
    })
    .nullish(),
  include: z.array(z.string()).nullish(),
  metadata,
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  top_logprobs: z.number().int().min(0).max(20).nullish(),
  truncation: z.enum(['auto', 'disabled']).nullish(),
  text: z.looseObject({}).nullish(),
  store: z.boolean().nullish(),
  background: z.literal(false).nullish(),
  previous_response_id: z.string().nullish(),
  conversation: anything,
  access_programs: anything,
  context_management: anything,
  image: anything,
  max_tool_calls: anything,
  moderation: anything,
  prompt: anything,
  prompt_cache_key: anything,
  prompt_cache_options: anything,
  prompt_cache_retention: anything,
  safety_identifier: anything,
  service_tier: anything,
  user: anything,
});

export type ResponsesRequest = z.output<typeof responsesRequest>;

/** @throws {Refusal} that names the parameter at fault. Nothing is kept, so there is nothing to continue. */
export function parseResponsesRequest(body: unknown): ResponsesRequest {
  const result = responsesRequest.safeParse(body ?? {});
  if (!result.success) throw wrongParameter(wrongFieldOf(result.error, body));
  const request = result.data;
  const { previous_response_id: previous, tool_choice: choice } = request;
  if (typeof previous === 'string') {
    throw new Refusal('invalid-request', `Previous response with id '${previous}' not found.`, {
      param: 'previous_response_id',
      code: 'previous_response_not_found',
    });
  }
  if (typeof choice === 'object' && choice?.type === 'function' && !toolNamed(request, choice.name)) {
    const message = `Tool choice '${choice.name ?? ''}' not found in 'tools' parameter.`;
    throw new Refusal('invalid-request', message, { param: 'tool_choice' });
  }
  checkItems(request.input);
  return request;
}

export function callOfResponses(request: ResponsesRequest): Call {
  const asked = request.input.findLast(isAsking);
  return {
    modelId: request.model,
    streamed: request.stream === true,
    askedText: asked?.type === 'message' ? textOf(asked.content) : '',
    endsWithAsking: asked !== undefined && request.input.at(-1) === asked,
    toolResults: toolResultsOf(request),
    tools: toolsOf(request),
    toolChoice: toolChoiceOf(request),
    parallelCalls: request.parallel_tool_calls !== false,
    outputTokensMax: request.max_output_tokens ?? undefined,
    stopTexts: [],
    thinks: request.reasoning?.effort !== 'none',
    inputTokens: countResponsesTokens(request),
    requestName: request.metadata?.['sandbox-request'],
  };
}

function toolResultsOf({ input: items }: ResponsesRequest): ToolResult[] {
  const names = new Map(
    items.flatMap((item) => (item.type === 'function_call' ? [[item.call_id, item.name] as const] : [])),
  );
  return items
    .slice(items.findLastIndex(isAsking) + 1)
    .flatMap((item) =>
      item.type === 'function_call_output'
        ? [{ name: names.get(item.call_id) ?? '', text: textOf(item.output) }]
        : [],
    );
}

function isAsking(item: InputItem): boolean {
  return item.type === 'message' && item.role === 'user';
}

function toolsOf({ tools }: ResponsesRequest): ToolDefinition[] {
  return (tools ?? []).flatMap((tool) =>
    tool.type === 'function' ? [{ name: tool.name, parameters: tool.parameters }] : [],
  );
}

function toolNamed(request: ResponsesRequest, name: string | undefined): boolean {
  return toolsOf(request).some((tool) => tool.name === name);
}

function toolChoiceOf({ tool_choice: choice }: ResponsesRequest): ToolChoice {
  if (typeof choice === 'string') return choice;
  return choice?.type === 'function' && choice.name !== undefined ? { name: choice.name } : 'auto';
}

/** Instructions are a message; reasoning that is sent back is not counted. */
function countResponsesTokens({ instructions, input: items, tools }: ResponsesRequest): number {
  const system = instructions ? [{ texts: [instructions] }] : [];
  return countInputTokens([...system, ...items.flatMap(countedOf)], tools ?? []);
}

function countedOf(item: InputItem): CountedMessage[] {
  switch (item.type) {
    case 'message':
      return [{ texts: [textOf(item.content)], mediaParts: mediaPartsOf(item.content) }];
    case 'function_call':
      return [{ texts: [item.name, item.arguments] }];
    case 'function_call_output':
      return [{ texts: [textOf(item.output)], mediaParts: mediaPartsOf(item.output) }];
    case 'reasoning':
      return [];
  }
}
