import type { Call, Hints, OutputFormat, Tool, ToolChoice } from '../call.ts';
import type { ClientRequest } from '../dialect.ts';
import { malformed } from '../unsupported.ts';
import { readMessages } from './contents-to-messages.ts';
import { given, type Given } from '../given.ts';
import { jsonSchemaOf } from './json-schema.ts';
import { untranslatable } from './only-here.ts';
import { RequestObject } from './request-object.ts';
import { readServiceTier } from './service-tier.ts';
import { readThinking } from './thinking.ts';

const INT32 = 2_147_483_647;

/** Filters that are switched off: no other vendor has them. */
const NO_FILTER: ReadonlySet<string> = new Set(['OFF', 'BLOCK_NONE', 'HARM_BLOCK_THRESHOLD_UNSPECIFIED']);

/**
 * The whole of a request in the canonical model.
 * @throws {WeirError} `invalid_request`, naming a field that is malformed, or that no other dialect has.
 * @see https://ai.google.dev/api/generate-content#request-body
 */
export function toCall(request: ClientRequest): Call {
  const body = new RequestObject({ value: request.body, path: '' });
  body.get('model');
  const messages = readMessages(body);
  const { toolChoice, validated } = readToolConfig(body.object('toolConfig'));
  const tools = readTools(body, validated);
  for (const setting of body.objects('safetySettings')) checkSafety(setting);
  const hints = readHints(body);
  const config = body.object('generationConfig');
  const settings = config && readConfig(config);
  body.refuseOthers();
  if (toolChoice?.kind === 'tool' && !tools.some(({ name }) => name === toolChoice.name)) {
    throw malformed(
      body.pathOf('toolConfig'),
      `allows the function ${toolChoice.name}, which is not declared`,
    );
  }
  return {
    stream: request.stream,
    messages,
    tools,
    choices: request.choices,
    ...given({ toolChoice }),
    ...settings,
    hints,
  };
}

function readHints(body: RequestObject): Hints {
  const labels = body.json('labels');
  const metadata =
    labels && Object.entries(labels).map(([name, value]) => [name, asLabel(value, body, name)] as const);
  return given({
    metadata: metadata && Object.fromEntries(metadata),
    serviceTier: readServiceTier(body.string('serviceTier')),
  });
}

function asLabel(value: unknown, body: RequestObject, name: string): string {
  if (typeof value !== 'string') throw malformed(`${body.pathOf('labels')}.${name}`, 'has to be a string');
  return value;
}

/** @see https://ai.google.dev/api/generate-content#SafetySetting */
function checkSafety(setting: RequestObject): void {
  setting.string('category');
  setting.string('method');
  const threshold = setting.string('threshold');
  setting.refuseOthers();
  if (threshold !== undefined && !NO_FILTER.has(threshold)) {
    throw untranslatable(setting.pathOf('threshold'), 'such a filter');
  }
}

/** @see https://ai.google.dev/api/caching#Tool */
function readTools(body: RequestObject, validated: boolean): Tool[] {
  return body.objects('tools').flatMap((tool) => {
    const declared = tool.objects('functionDeclarations').map((item) => readFunction(item, validated));
    tool.refuseOthers();
    return declared;
  });
}

function readFunction(declared: RequestObject, validated: boolean): Tool {
  const name = declared.string('name');
  const description = declared.string('description');
  const schema = declared.get('parameters');
  const jsonSchema = declared.json('parametersJsonSchema');
  const behavior = declared.string('behavior');
  if (behavior !== undefined && behavior !== 'BLOCKING' && behavior !== 'UNSPECIFIED') {
    throw untranslatable(declared.pathOf('behavior'));
  }
  declared.refuseOthers();
  if (name === undefined || name === '') throw malformed(declared.pathOf('name'), 'has to be there');
  if (schema && jsonSchema) {
    throw malformed(declared.path, 'can’t have both parameters and parametersJsonSchema');
  }
  const parameters = jsonSchema ?? (schema && jsonSchemaOf(schema));
  return { name, ...given({ description, parameters }), ...(validated && { strict: true }) };
}

/**
 * `VALIDATED` is `AUTO` with calls that keep to their schemas.
 * @see https://ai.google.dev/api/caching#FunctionCallingConfig
 */
function readToolConfig(config: RequestObject | undefined): {
  toolChoice?: ToolChoice;
  validated: boolean;
} {
  const calling = config?.object('functionCallingConfig');
  const observed = config?.boolean('includeServerSideToolInvocations');
  if (config && observed) throw untranslatable(config.pathOf('includeServerSideToolInvocations'));
  config?.refuseOthers();
  if (!calling) return { validated: false };
  const mode = calling.string('mode') ?? 'MODE_UNSPECIFIED';
  const allowed = calling.strings('allowedFunctionNames');
  // How a stream is cut into pieces changes nothing of what it says.
  calling.boolean('streamFunctionCallArguments');
  calling.refuseOthers();
  const [name] = allowed;
  if (name !== undefined && (mode !== 'ANY' || allowed.length > 1)) {
    throw untranslatable(calling.pathOf('allowedFunctionNames'), 'a choice among some of the functions');
  }
  switch (mode) {
    case 'MODE_UNSPECIFIED':
      return { validated: false };
    case 'AUTO':
      return { toolChoice: { kind: 'auto' }, validated: false };
    case 'VALIDATED':
      return { toolChoice: { kind: 'auto' }, validated: true };
    case 'NONE':
      return { toolChoice: { kind: 'none' }, validated: false };
    case 'ANY':
      return {
        toolChoice: name === undefined ? { kind: 'required' } : { kind: 'tool', name },
        validated: false,
      };
    default:
      throw malformed(calling.pathOf('mode'), 'has to be AUTO, ANY, NONE or VALIDATED');
  }
}

/** @see https://ai.google.dev/api/generate-content#generationconfig */
function readConfig(config: RequestObject): Given<Omit<Call, 'messages' | 'tools' | 'hints'>> {
  config.get('maxOutputTokens');
  config.get('candidateCount');
  for (const { value, path } of config.list('responseModalities')) {
    if (value !== 'TEXT' && value !== 'Text') throw untranslatable(path);
  }
  const stopSequences = config.strings('stopSequences');
  const settings = given({
    temperature: config.number('temperature'),
    topP: config.number('topP'),
    topK: config.integer('topK', 0, INT32),
    frequencyPenalty: config.number('frequencyPenalty'),
    presencePenalty: config.number('presencePenalty'),
    seed: config.integer('seed', -INT32 - 1, INT32),
    stopSequences: stopSequences.length === 0 ? undefined : stopSequences,
    logprobs: readLogprobs(config),
    format: readFormat(config),
    reasoning: readThinking(config.object('thinkingConfig')),
  });
  config.refuseOthers();
  return settings;
}

function readLogprobs(config: RequestObject): Call['logprobs'] {
  const wanted = config.boolean('responseLogprobs') === true;
  const alternatives = config.integer('logprobs', 0, INT32);
  if (!wanted && alternatives !== undefined) {
    throw malformed(config.pathOf('logprobs'), 'needs responseLogprobs to be true');
  }
  return wanted ? { alternatives: alternatives ?? 0 } : undefined;
}

function readFormat(config: RequestObject): OutputFormat | undefined {
  const mediaType = config.string('responseMimeType');
  const openApi = config.get('responseSchema');
  const jsonSchema = config.json('responseJsonSchema') ?? config.json('_responseJsonSchema');
  const schema = jsonSchema ?? (openApi && jsonSchemaOf(openApi));
  if (mediaType === 'application/json') {
    return schema ? { kind: 'json_schema', schema } : { kind: 'json' };
  }
  if (mediaType !== undefined && mediaType !== 'text/plain') {
    throw untranslatable(config.pathOf('responseMimeType'));
  }
  if (schema) throw malformed(config.pathOf('responseMimeType'), 'has to be application/json for a schema');
  return undefined;
}
