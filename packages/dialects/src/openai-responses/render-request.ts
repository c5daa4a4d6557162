import type { Call, Hints, OutputFormat, Reasoning, Tool, ToolChoice } from '../call.ts';
import { writeRequest } from '../check-request.ts';
import type { RequestTarget } from '../dialect.ts';
import type { JsonObject } from '../json.ts';
import { familyOf } from '../model-families.ts';
import { refusePrefill } from '../prefill.ts';
import { effortOfBudget } from '../reasoning-budget.ts';
import { unsupported } from '../unsupported.ts';
import { renderMessages } from './render-input.ts';
import { isOwn } from './signature.ts';

const DIALECT = 'openai-responses';

/** What the requests of this dialect can't express and leave out. */
export const DROPPED = [
  'cache marks',
  'reasoning of earlier turns that has no signature, or one of another dialect',
  'signatures of tool calls',
  'citations of earlier turns that have no URL',
  'the number of a reasoning budget, of which the nearest effort is made; that the model itself decides, which is the default',
  'user and prompt_cache_key of more than 64 characters',
  'metadata of more than 16 entries, or with a key of more than 64 or a value of more than 512 characters',
  'service_tier other than auto, default, flex, scale and priority',
] as const;

/** What of its clients' requests no other dialect has. */
export const OWN_HINTS = [
  'phase of a message, and ids and status of items',
  'logprobs of earlier turns',
  'detail of a file; detail original of an image, which is taken for high',
  'output_schema of a tool',
  'include of what only the vendor’s own tools give',
  'reasoning.summary other than whether there is one',
  'truncation',
  'max_tool_calls, which counts only tools that the vendor carries out',
  'stream_options',
  'prompt_cache_options and prompt_cache_retention, and how long a prompt_cache_breakpoint lasts',
  'safety_identifier beside user',
] as const;

/**
 * @see https://platform.openai.com/docs/api-reference/responses/create
 * @throws {WeirError} `invalid_request`, naming what this dialect can't express.
 */
export function renderRequest(call: Call, target: RequestTarget): string {
  refuseInexpressible(call);
  refusePrefill(call.messages, DIALECT);
  const { tools, toolChoice, parallelToolCalls, temperature, topP, logprobs } = call;
  const reasoning = renderReasoning(call.reasoning ?? {}, target.upstreamModel);
  const include = [
    ...(asksForEncrypted(call, reasoning, target.upstreamModel) ? ['reasoning.encrypted_content'] : []),
    ...(logprobs ? ['message.output_text.logprobs'] : []),
  ];
  const text = renderText(call);
  return writeRequest({
    model: target.upstreamModel,
    ...renderMessages(call.messages),
    ...(tools.length > 0 && { tools: tools.map(renderTool) }),
    ...(toolChoice && { tool_choice: renderToolChoice(toolChoice) }),
    ...(parallelToolCalls !== undefined && { parallel_tool_calls: parallelToolCalls }),
    max_output_tokens: target.outputTokensMax,
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { top_p: topP }),
    ...(logprobs && { top_logprobs: logprobs.alternatives }),
    ...(text && { text }),
    ...(reasoning && { reasoning }),
    ...(include.length > 0 && { include }),
    ...renderHints(call.hints),
    store: false,
    ...(call.stream && { stream: true }),
  });
}

/** A penalty of nothing is none. */
function refuseInexpressible(call: Call): void {
  if (call.choices !== 1) throw unsupported('n', DIALECT, 'more than one choice');
  if (call.topK !== undefined) throw unsupported('top_k', DIALECT);
  if (call.frequencyPenalty) throw unsupported('frequency_penalty', DIALECT);
  if (call.presencePenalty) throw unsupported('presence_penalty', DIALECT);
  if (call.seed !== undefined) throw unsupported('seed', DIALECT);
  if (call.stopSequences !== undefined) throw unsupported('stop', DIALECT, 'a stop sequence');
  if (Object.keys(call.logitBias ?? {}).length > 0) throw unsupported('logit_bias', DIALECT);
}

/**
 * As nothing is stored, only the encrypted reasoning lets a model take its reasoning up again. A model that does not
 * reason refuses to be asked for it: "Encrypted content is not supported with this model."
 */
function asksForEncrypted({ messages }: Call, reasoning: JsonObject | undefined, model: string): boolean {
  return (
    !familyOf(model)?.unreasoning ||
    reasoning !== undefined ||
    messages.some(({ parts }) => parts.some((part) => part.kind === 'reasoning' && isOwn(part.signature)))
  );
}

/** A tool is strict unless it says that it is not; in the other dialects it is the other way round. */
function renderTool({ name, description, parameters, strict = false }: Tool): JsonObject {
  return {
    type: 'function',
    name,
    ...(description !== undefined && { description }),
    parameters: parameters ?? null,
    strict,
  };
}

function renderToolChoice(choice: ToolChoice): unknown {
  return choice.kind === 'tool' ? { type: 'function', name: choice.name } : choice.kind;
}

function renderText({ format, verbosity }: Call): JsonObject | undefined {
  if (!format && verbosity === undefined) return undefined;
  return {
    ...(format && { format: renderFormat(format) }),
    ...(verbosity !== undefined && { verbosity }),
  };
}

function renderFormat(format: OutputFormat): JsonObject {
  if (format.kind === 'json') return { type: 'json_object' };
  const { schema, name = 'response', description, strict } = format;
  return {
    type: 'json_schema',
    name,
    schema,
    ...(description !== undefined && { description }),
    ...(strict !== undefined && { strict }),
  };
}

/** A model that does not reason refuses to be told not to. */
function renderReasoning(reasoning: Reasoning, model: string): JsonObject | undefined {
  const { shown, budgetTokens } = reasoning;
  const effort = reasoning.effort ?? (budgetTokens === undefined ? undefined : effortOfBudget(budgetTokens));
  if (effort === 'none' && familyOf(model)?.unreasoning) return undefined;
  if (effort === undefined && !shown) return undefined;
  return { ...(effort && { effort }), ...(shown && { summary: 'auto' }) };
}

const SERVICE_TIERS: ReadonlySet<string> = new Set(['auto', 'default', 'flex', 'scale', 'priority']);
const NAME_CHARACTERS_MAX = 64;
const METADATA_ENTRIES_MAX = 16;
const METADATA_VALUE_CHARACTERS_MAX = 512;

/** A hint that the vendor would refuse is no reason to refuse the call. */
function renderHints({ user, metadata, serviceTier, promptCacheKey }: Hints): JsonObject {
  const fits = (value: string | undefined): boolean =>
    value !== undefined && value.length <= NAME_CHARACTERS_MAX;
  return {
    ...(fits(user) && { user }),
    ...(metadata && isTakenMetadata(metadata) && { metadata }),
    ...(serviceTier !== undefined && SERVICE_TIERS.has(serviceTier) && { service_tier: serviceTier }),
    ...(fits(promptCacheKey) && { prompt_cache_key: promptCacheKey }),
  };
}

/** @see https://platform.openai.com/docs/api-reference/responses/create#responses-create-metadata */
function isTakenMetadata(metadata: Readonly<Record<string, string>>): boolean {
  const entries = Object.entries(metadata);
  return (
    entries.length <= METADATA_ENTRIES_MAX &&
    entries.every(
      ([key, value]) => key.length <= NAME_CHARACTERS_MAX && value.length <= METADATA_VALUE_CHARACTERS_MAX,
    )
  );
}
