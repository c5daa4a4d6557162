import type { CacheMark, Call, Message, OutputFormat, Tool, ToolChoice } from '../call.ts';
import type { ClientRequest } from '../dialect.ts';
import { given } from '../given.ts';
import type { JsonObject } from '../json.ts';
import {
  arrayAt,
  flagAt,
  integerAt,
  isGiven,
  numberAt,
  objectAt,
  optional,
  stringAt,
} from '../strict-fields.ts';
import { malformed } from '../unsupported.ts';
import { readCacheMark } from './blocks-of-clients.ts';
import { readMessages } from './messages-of-clients.ts';
import { refuseUnknown, untranslatable } from './only-here.ts';
import { requestedServiceTier } from './service-tier.ts';
import { readReasoning } from './thinking.ts';

const FIELDS = [
  'model',
  'messages',
  'max_tokens',
  'stream',
  'system',
  'temperature',
  'top_p',
  'top_k',
  'stop_sequences',
  'tools',
  'tool_choice',
  'thinking',
  'output_config',
  'output_format',
  'metadata',
  'service_tier',
  'cache_control',
  'speed',
];

/**
 * The whole of a request in the canonical model.
 * @see https://platform.claude.com/docs/en/api/messages/create
 * @throws {WeirError} `invalid_request`, naming the field.
 */
export function toCall({ body, stream }: ClientRequest): Call {
  refuseUnknown(body, FIELDS, '');
  if (isGiven(body['speed']) && body['speed'] !== 'standard') throw untranslatable('speed');
  const temperature = optional(body['temperature'], 'temperature', (value, path) =>
    numberAt(value, path, 0, 1),
  );
  const topP = optional(body['top_p'], 'top_p', (value, path) => numberAt(value, path, 0, 1));
  const topK = optional(body['top_k'], 'top_k', (value, path) => integerAt(value, path, 0));
  const stopSequences = optional(body['stop_sequences'], 'stop_sequences', stringsAt) ?? [];
  const output = optional(body['output_config'], 'output_config', objectAt) ?? {};
  refuseUnknown(output, ['effort', 'format'], 'output_config');
  const format =
    optional(output['format'], 'output_config.format', readFormat) ??
    optional(body['output_format'], 'output_format', readFormat);
  const reasoning = readReasoning(body['thinking'], output['effort']);
  const mark = optional(body['cache_control'], 'cache_control', readCacheMark);
  return {
    stream,
    messages: withMark(readMessages(body), mark),
    tools: optional(body['tools'], 'tools', readTools) ?? [],
    ...optional(body['tool_choice'], 'tool_choice', readToolChoice),
    choices: 1,
    ...given({ temperature, topP, topK, format, reasoning }),
    ...(stopSequences.length > 0 && { stopSequences }),
    hints: hintsOf(body),
  };
}

function stringsAt(value: unknown, path: string): string[] {
  return arrayAt(value, path).map((item, i) => stringAt(item, `${path}[${i}]`));
}

function hintsOf(body: JsonObject): Call['hints'] {
  const metadata = optional(body['metadata'], 'metadata', objectAt) ?? {};
  refuseUnknown(metadata, ['user_id'], 'metadata');
  const user = optional(metadata['user_id'], 'metadata.user_id', stringAt);
  const tier = optional(body['service_tier'], 'service_tier', stringAt);
  return {
    ...(user !== undefined && { user }),
    ...(tier !== undefined && { serviceTier: requestedServiceTier(tier) }),
  };
}

/** A mark on the request itself stands for one on the last block that can have it. */
function withMark(messages: Message[], cache: CacheMark | undefined): Message[] {
  const message = messages.at(-1);
  if (!cache || !message) return messages;
  const at = message.parts.findLastIndex(
    ({ kind }) =>
      kind === 'text' ||
      kind === 'image' ||
      kind === 'file' ||
      kind === 'tool_call' ||
      kind === 'tool_result',
  );
  if (at < 0) return messages;
  const parts = message.parts.map((part, i) => (i === at ? { ...part, cache } : part));
  return [...messages.slice(0, -1), { ...message, parts }];
}

/** @see https://platform.claude.com/docs/en/build-with-claude/structured-outputs */
function readFormat(value: unknown, path: string): OutputFormat {
  const format = objectAt(value, path);
  const type = stringAt(format['type'], `${path}.type`);
  if (type !== 'json_schema') throw untranslatable(`${path}.type`, `the format ‘${type.slice(0, 40)}’`);
  refuseUnknown(format, ['type', 'schema'], path);
  return { kind: 'json_schema', schema: objectAt(format['schema'], `${path}.schema`) };
}

function readTools(value: unknown, path: string): Tool[] {
  return arrayAt(value, path).map((tool, i) => readTool(tool, `${path}[${i}]`));
}

/**
 * `eager_input_streaming` only says in how large pieces the arguments are to come, and is left out.
 * @see https://platform.claude.com/docs/en/agents-and-tools/tool-use/overview
 */
function readTool(value: unknown, path: string): Tool {
  const tool = objectAt(value, path);
  const type = optional(tool['type'], `${path}.type`, stringAt);
  if (type !== undefined && type !== 'custom') {
    throw untranslatable(`${path}.type`, `a tool of the type ‘${type.slice(0, 40)}’`);
  }
  const { allowed_callers: callers, defer_loading: deferred, input_examples: examples, ...rest } = tool;
  const known = ['type', 'name', 'description', 'input_schema', 'strict', 'cache_control'];
  refuseUnknown(rest, [...known, 'eager_input_streaming'], path);
  if (isGiven(callers) && !(Array.isArray(callers) && callers.every((caller) => caller === 'direct'))) {
    throw untranslatable(`${path}.allowed_callers`);
  }
  if (isGiven(deferred) && deferred !== false) throw untranslatable(`${path}.defer_loading`);
  if (isGiven(examples) && !(Array.isArray(examples) && examples.length === 0)) {
    throw untranslatable(`${path}.input_examples`);
  }
  const description = optional(tool['description'], `${path}.description`, stringAt);
  const strict = optional(tool['strict'], `${path}.strict`, flagAt);
  const cache = optional(tool['cache_control'], `${path}.cache_control`, readCacheMark);
  return {
    name: stringAt(tool['name'], `${path}.name`),
    ...(description !== undefined && { description }),
    parameters: objectAt(tool['input_schema'], `${path}.input_schema`),
    ...(strict !== undefined && { strict }),
    ...(cache && { cache }),
  };
}

const CHOICE_KINDS = new Map<string, 'auto' | 'none' | 'required'>([
  ['auto', 'auto'],
  ['any', 'required'],
  ['none', 'none'],
]);

function readToolChoice(value: unknown, path: string): Pick<Call, 'toolChoice' | 'parallelToolCalls'> {
  const choice = objectAt(value, path);
  refuseUnknown(choice, ['type', 'name', 'disable_parallel_tool_use'], path);
  const type = stringAt(choice['type'], `${path}.type`);
  const single = optional(choice['disable_parallel_tool_use'], `${path}.disable_parallel_tool_use`, flagAt);
  const kind = CHOICE_KINDS.get(type);
  if (!kind && type !== 'tool') {
    throw malformed(`${path}.type`, 'has to be one of auto, any, tool and none');
  }
  const toolChoice: ToolChoice = kind
    ? { kind }
    : { kind: 'tool', name: stringAt(choice['name'], `${path}.name`) };
  return { toolChoice, ...(single !== undefined && { parallelToolCalls: !single }) };
}
