import type { Call, Hints, OutputFormat } from '../call.ts';
import type { ClientRequest } from '../dialect.ts';
import { given } from '../given.ts';
import type { JsonObject } from '../json.ts';
import {
  arrayAt,
  flagAt,
  integerAt,
  numberAt,
  objectAt,
  oneOfAt,
  optional,
  stringAt,
  wordAt,
} from '../strict-fields.ts';
import { malformed } from '../unsupported.ts';
import { refuseUnknown, untranslatable } from './only-here.ts';
import { readMessages } from './read-messages.ts';
import { readReasoning } from './reasoning-request.ts';
import { readToolChoice, readTools } from './read-tools.ts';

/** Fields that the call says, or that change nothing of the reply. */
const KNOWN = [
  'model',
  'messages',
  'stream',
  'stream_options',
  'max_tokens',
  'max_completion_tokens',
  'n',
  'temperature',
  'top_p',
  'top_k',
  'frequency_penalty',
  'presence_penalty',
  'seed',
  'stop',
  'logit_bias',
  'logprobs',
  'top_logprobs',
  'response_format',
  'reasoning_effort',
  'reasoning',
  'include_reasoning',
  'verbosity',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'user',
  'safety_identifier',
  'metadata',
  'service_tier',
  'prompt_cache_key',
  'store',
  'modalities',
  // Left out: what makes a reply come sooner or cost less, and OpenRouter's wish for usage, which always comes.
  'prediction',
  'prompt_cache_retention',
  'prompt_cache_options',
  'cache_control',
  'usage',
];

const ADVICE: Readonly<Record<string, string>> = {
  functions: 'Use tools: {"type": "function", "function": {…}}.',
  function_call: 'Use tool_choice, with tools.',
};

const STREAM_OPTIONS = ['include_usage', 'include_obfuscation'];

const INTEGER_MAX = Number.MAX_SAFE_INTEGER;

/**
 * @throws {WeirError} `invalid_request`, naming a field that is malformed, or that no other dialect has.
 * @see https://platform.openai.com/docs/api-reference/chat/create
 * @see https://openrouter.ai/docs/api-reference/parameters
 */
export function toCall(request: ClientRequest): Call {
  const { body, stream, choices } = request;
  refuse(body);
  const penalty = (name: string) =>
    optional(body[name], name, (value, field) => numberAt(value, field, -2, 2));
  const ratio = (name: string, max: number) =>
    optional(body[name], name, (value, field) => numberAt(value, field, 0, max));
  const fields = {
    toolChoice: readToolChoice(body['tool_choice'], 'tool_choice'),
    parallelToolCalls: optional(body['parallel_tool_calls'], 'parallel_tool_calls', flagAt),
    temperature: ratio('temperature', 2),
    topP: ratio('top_p', 1),
    topK: readTopK(body['top_k']),
    frequencyPenalty: penalty('frequency_penalty'),
    presencePenalty: penalty('presence_penalty'),
    seed: optional(body['seed'], 'seed', (value, field) =>
      integerAt(value, field, -INTEGER_MAX, INTEGER_MAX),
    ),
    stopSequences: readStop(body['stop']),
    logitBias: optional(body['logit_bias'], 'logit_bias', readLogitBias),
    logprobs: readLogprobs(body),
    format: optional(body['response_format'], 'response_format', readFormat),
    reasoning: readReasoning(body),
    verbosity: optional(body['verbosity'], 'verbosity', (value, field) =>
      oneOfAt(value, field, ['low', 'medium', 'high']),
    ),
  };
  return {
    stream,
    messages: readMessages(body['messages']),
    tools: readTools(body['tools'], 'tools'),
    choices,
    ...given(fields),
    hints: readHints(body),
  };
}

function refuse(body: JsonObject): void {
  for (const [field, advice] of Object.entries(ADVICE)) {
    if (body[field] !== undefined && body[field] !== null) throw untranslatable(field, 'this', advice);
  }
  refuseUnknown(body, KNOWN, '');
  optional(body['stream_options'], 'stream_options', (value, field) =>
    refuseUnknown(objectAt(value, field), STREAM_OPTIONS, field),
  );
  optional(body['store'], 'store', flagAt);
  for (const [index, modality] of (optional(body['modalities'], 'modalities', arrayAt) ?? []).entries()) {
    if (modality !== 'text') throw untranslatable(`modalities[${index}]`);
  }
}

/** OpenRouter's 0 and vLLM's -1 are for no limit. */
function readTopK(value: unknown): number | undefined {
  const topK = optional(value, 'top_k', (given, field) => integerAt(given, field, -1, INTEGER_MAX));
  return topK !== undefined && topK > 0 ? topK : undefined;
}

function readStop(value: unknown): string[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return [wordAt(value, 'stop')];
  const stops = arrayAt(value, 'stop').map((item, index) => wordAt(item, `stop[${index}]`));
  return stops.length === 0 ? undefined : stops;
}

function readLogitBias(value: unknown, field: string): Record<string, number> | undefined {
  const biases = Object.entries(objectAt(value, field)).map(
    ([token, bias]) => [token, numberAt(bias, `${field}.${token.slice(0, 20)}`, -100, 100)] as const,
  );
  return biases.length === 0 ? undefined : Object.fromEntries(biases);
}

function readLogprobs(body: JsonObject): { alternatives: number } | undefined {
  const wanted = optional(body['logprobs'], 'logprobs', flagAt) ?? false;
  const alternatives = optional(body['top_logprobs'], 'top_logprobs', (value, field) =>
    integerAt(value, field, 0, 20),
  );
  if (wanted) return { alternatives: alternatives ?? 0 };
  if (alternatives) throw malformed('top_logprobs', 'takes logprobs to be true');
  return undefined;
}

const FORMAT_FIELDS = ['type', 'json_schema'];
const SCHEMA_FIELDS = ['name', 'description', 'schema', 'strict'];

function readFormat(value: unknown, field: string): OutputFormat | undefined {
  const format = objectAt(value, field);
  refuseUnknown(format, FORMAT_FIELDS, field);
  const type = stringAt(format['type'], `${field}.type`);
  if (type === 'text') return undefined;
  if (type === 'json_object') return { kind: 'json' };
  if (type !== 'json_schema') throw untranslatable(`${field}.type`);
  const path = `${field}.json_schema`;
  const given = objectAt(format['json_schema'], path);
  refuseUnknown(given, SCHEMA_FIELDS, path);
  const name = optional(given['name'], `${path}.name`, wordAt);
  const description = optional(given['description'], `${path}.description`, stringAt);
  const strict = optional(given['strict'], `${path}.strict`, flagAt);
  return {
    kind: 'json_schema',
    schema: objectAt(given['schema'], `${path}.schema`),
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
    ...(strict !== undefined && { strict }),
  };
}

function readHints(body: JsonObject): Hints {
  const user = optional(body['user'], 'user', stringAt);
  const safetyIdentifier = optional(body['safety_identifier'], 'safety_identifier', stringAt);
  return given({
    user: user ?? safetyIdentifier,
    metadata: optional(body['metadata'], 'metadata', readMetadata),
    serviceTier: optional(body['service_tier'], 'service_tier', stringAt),
    promptCacheKey: optional(body['prompt_cache_key'], 'prompt_cache_key', stringAt),
  });
}

function readMetadata(value: unknown, field: string): Record<string, string> {
  const entries = Object.entries(objectAt(value, field));
  return Object.fromEntries(
    entries.map(([key, item]) => [key, stringAt(item, `${field}.${key.slice(0, 64)}`)] as const),
  );
}
