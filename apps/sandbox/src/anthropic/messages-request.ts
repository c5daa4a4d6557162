import { z } from 'zod';
import { wrongFieldOf } from '../core/wrong-field.ts';
import { type AnthropicVersion, invalid, wrongInput } from './anthropic-vendor.ts';
import { checkConversation } from './check-conversation.ts';
import { content, systemContent } from './content-blocks.ts';

/** The fewest tokens that may be given to thinking. */
const BUDGET_TOKENS_MIN = 1024;

const tool = z
  .looseObject({
    type: z.string().nullish(),
    name: z.string().regex(/^[a-zA-Z0-9_-]{1,128}$/, "String should match pattern '^[a-zA-Z0-9_-]{1,128}$'"),
    input_schema: z.looseObject({ type: z.literal('object', "Input should be 'object'") }).optional(),
  })
  .refine(({ type, input_schema: schema }) => (type ?? 'custom') !== 'custom' || schema !== undefined, {
    path: ['input_schema'],
  });

const parallel = { disable_parallel_tool_use: z.boolean().optional() };

const toolChoice = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('auto'), ...parallel }),
  z.strictObject({ type: z.literal('any'), ...parallel }),
  z.strictObject({ type: z.literal('tool'), name: z.string(), ...parallel }),
  z.strictObject({ type: z.literal('none') }),
]);

const display = z.enum(['summarized', 'omitted']).nullish();

const thinking = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('enabled'),
    budget_tokens: z
      .number()
      .int()
      .min(BUDGET_TOKENS_MIN, `Input should be greater than or equal to ${BUDGET_TOKENS_MIN}`),
    display,
  }),
  z.strictObject({ type: z.literal('adaptive'), display }),
  z.strictObject({ type: z.literal('between_tools') }),
  z.strictObject({ type: z.literal('disabled') }),
]);

const message = z.strictObject({
  role: z.enum(['user', 'assistant', 'system'], "Input should be 'user', 'assistant' or 'system'"),
  content,
});

const countable = {
  model: z.string().min(1),
  messages: z.array(message).min(1, 'at least one message is required'),
  system: systemContent.optional(),
  tools: z.array(tool).optional(),
  tool_choice: toolChoice.optional(),
  thinking: thinking.optional(),
  cache_control: z.unknown().optional(),
  output_config: z.unknown().optional(),
  speed: z.enum(['standard', 'fast']).nullish(),
};

/** See https://platform.claude.com/docs/en/api/messages/count_tokens */
const countRequest = z.strictObject(countable);

/** Unknown fields are refused, as the vendor does. See https://platform.claude.com/docs/en/api/messages/create */
const messagesRequest = z.strictObject({
  ...countable,
  max_tokens: z.number().int().min(0),
  stream: z.boolean().optional(),
  stop_sequences: z.array(z.string().min(1)).optional(),
  metadata: z.strictObject({ user_id: z.string().max(256).nullish() }).optional(),
  container: z.unknown().optional(),
  diagnostics: z.unknown().optional(),
  inference_geo: z.string().nullish(),
  service_tier: z.enum(['auto', 'standard_only']).optional(),
});

const fraction = z.number().min(0).max(1).optional();

/** Version 2026-10-21 has no sampling parameters. */
const oldMessagesRequest = messagesRequest.extend({
  temperature: fraction,
  top_p: fraction,
  top_k: z.number().int().min(0).optional(),
});

export type CountRequest = z.output<typeof countRequest>;
export type MessagesRequest = z.output<typeof messagesRequest> & { temperature?: number | undefined };
export type Message = z.output<typeof message>;

/** @throws {Refusal} that names the input at fault: `messages.0.role: Field required`. */
export function parseCountRequest(body: unknown, version: AnthropicVersion): CountRequest {
  const result = countRequest.safeParse(body ?? {});
  if (!result.success) throw wrongInput(wrongFieldOf(result.error, body));
  checkTools(result.data);
  checkConversation(result.data, version);
  return result.data;
}

/** @throws {Refusal} that names the input at fault: `max_tokens: Field required`. */
export function parseMessagesRequest(body: unknown, version: AnthropicVersion): MessagesRequest {
  const schema = version === '2023-06-01' ? oldMessagesRequest : messagesRequest;
  const result = schema.safeParse(body ?? {});
  if (!result.success) throw wrongInput(wrongFieldOf(result.error, body));
  checkTools(result.data);
  checkThinking(result.data);
  checkConversation(result.data, version);
  return result.data;
}

function checkTools({ tools, tool_choice: choice }: CountRequest): void {
  if (choice === undefined) return;
  if (tools === undefined && choice.type !== 'none') {
    throw invalid('tool_choice: tool_choice may only be specified while providing `tools`.');
  }
  if (choice.type === 'tool' && tools?.every(({ name }) => name !== choice.name)) {
    throw invalid(`tool_choice: Tool '${choice.name}' not found in provided tools`);
  }
}

/** See https://platform.claude.com/docs/en/build-with-claude/extended-thinking */
function checkThinking(request: MessagesRequest): void {
  const { thinking, tool_choice: choice, temperature, max_tokens: tokensMax } = request;
  if (thinking?.type !== 'enabled' && thinking?.type !== 'adaptive') return;
  if (thinking.type === 'enabled' && thinking.budget_tokens >= tokensMax) {
    throw invalid('`max_tokens` must be greater than `thinking.budget_tokens`.');
  }
  if (choice?.type === 'any' || choice?.type === 'tool') {
    throw invalid('Thinking may not be enabled when tool_choice forces tool use.');
  }
  if (temperature !== undefined && temperature !== 1) {
    throw invalid('`temperature` may only be set to 1 when thinking is enabled.');
  }
}
