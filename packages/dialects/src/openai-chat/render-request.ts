import type { Call, Hints, OutputFormat, Tool, ToolChoice } from '../call.ts';
import { writeRequest } from '../check-request.ts';
import type { RequestTarget } from '../dialect.ts';
import type { JsonObject } from '../json.ts';
import type { Quirks } from '../quirks.ts';
import { unsupported } from '../unsupported.ts';
import { renderReasoning } from './reasoning-request.ts';
import { renderMessages } from './render-messages.ts';
import { openaiServiceTier } from './service-tier.ts';

const DIALECT = 'openai-chat';

/** What the requests of this dialect can't express and leave out. */
export const DROPPED = [
  'cache marks of messages and tools (`cache_control`): most vendors of this format cache by themselves, and refuse the field',
  '`metadata`: OpenAI takes it for replies that it keeps only, and none is kept',
  '`service_tier`, where OpenAI has no such tier',
  '`user` and `verbosity`, where the vendor refuses fields that it does not know (Mistral)',
  'whether reasoning is shown: a reply shows what the vendor shows',
  'the number of a reasoning budget, unless the vendor takes one (Qwen): it becomes an effort, up to 4,096 tokens `low`, up to 12,288 `medium`, above `high`',
  'that the model itself decides how much to think, which is the default',
  'reasoning of earlier turns, and its signatures, unless a vendor of this format wrote it',
  'citations of earlier replies',
  'the order of text and tool calls within one message',
] as const;

/** What of its clients' requests no other dialect has. */
export const OWN_HINTS = [
  '`prediction`: without it there is nothing of it to pay for',
  '`stream_options.include_obfuscation`, and `usage`: the usage of a reply always comes',
  '`prompt_cache_retention`, `prompt_cache_options`, `prompt_cache_breakpoint`, and a `cache_control` of the whole request',
  '`detail` original of an image, which is taken for high',
  '`reasoning.summary` other than whether there is one',
  '`index` of a tool call of an earlier turn',
  '`safety_identifier` beside `user`',
] as const;

/** OpenAI refuses a schema without a name. */
const SCHEMA_NAME = 'reply';

/**
 * The body for a vendor of this dialect: usage is always asked for, the output is always limited, in one field.
 * @throws {WeirError} `invalid_request`, naming what this dialect can't express.
 * @see https://platform.openai.com/docs/api-reference/chat/create
 */
export function renderRequest(call: Call, target: RequestTarget): string {
  const { stream, tools, stopSequences, logprobs, format, reasoning } = call;
  const { upstreamModel, outputTokensMax, quirks } = target;
  refuseInexpressible(call, quirks);
  // A field that is undefined is left out.
  return writeRequest({
    model: upstreamModel,
    messages: renderMessages(call.messages, quirks),
    [quirks.outputLimitField]: outputTokensMax,
    stream: stream || undefined,
    stream_options: stream && quirks.takesStreamOptions ? { include_usage: true } : undefined,
    n: call.choices === 1 ? undefined : call.choices,
    temperature: call.temperature,
    top_p: call.topP,
    top_k: call.topK,
    frequency_penalty: call.frequencyPenalty,
    presence_penalty: call.presencePenalty,
    [quirks.seedField ?? 'seed']: call.seed,
    stop: stopSequences,
    logit_bias: call.logitBias,
    logprobs: logprobs && true,
    top_logprobs: logprobs?.alternatives || undefined,
    response_format: format && renderFormat(format),
    ...(reasoning && renderReasoning(reasoning, target)),
    ...renderTools(tools, call.toolChoice, call.parallelToolCalls),
    ...renderHints(call.hints, call.verbosity, quirks),
  });
}

function refuseInexpressible({ topK, stopSequences = [] }: Call, quirks: Quirks): void {
  if (topK !== undefined && !quirks.takesTopK) throw unsupported('top_k', DIALECT);
  const { stopSequencesMax = Infinity } = quirks;
  if (stopSequences.length <= stopSequencesMax) return;
  throw unsupported('stop', DIALECT, `more than ${stopSequencesMax} stop sequences for this vendor`);
}

function renderFormat(format: OutputFormat): JsonObject {
  if (format.kind === 'json') return { type: 'json_object' };
  const { name = SCHEMA_NAME, description, schema, strict } = format;
  return { type: 'json_schema', json_schema: { name, description, schema, strict } };
}

/** OpenAI refuses both choices where there are no tools, and where there are none they choose nothing. */
function renderTools(
  tools: readonly Tool[],
  choice: ToolChoice | undefined,
  parallel: boolean | undefined,
): JsonObject {
  if (tools.length === 0) {
    const isEmpty = choice === undefined || choice.kind === 'auto' || choice.kind === 'none';
    return isEmpty ? {} : { tool_choice: renderToolChoice(choice) };
  }
  return {
    tools: tools.map(({ name, description, parameters, strict }) => ({
      type: 'function',
      function: { name, description, parameters, strict },
    })),
    tool_choice: choice && renderToolChoice(choice),
    parallel_tool_calls: parallel,
  };
}

function renderToolChoice(choice: ToolChoice): JsonObject | string {
  return choice.kind === 'tool' ? { type: 'function', function: { name: choice.name } } : choice.kind;
}

/** Who does not know `stream_options`, as Mistral, refuses a field that it does not know, and hints are not worth that. */
function renderHints(hints: Hints, verbosity: Call['verbosity'], quirks: Quirks): JsonObject {
  const { user, serviceTier, promptCacheKey } = hints;
  const known = { service_tier: openaiServiceTier(serviceTier), prompt_cache_key: promptCacheKey };
  return quirks.takesStreamOptions ? { user, verbosity, ...known } : known;
}
