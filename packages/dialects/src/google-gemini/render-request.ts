import type { Call, OutputFormat, Tool, ToolChoice } from '../call.ts';
import { writeRequest } from '../check-request.ts';
import type { RequestTarget } from '../dialect.ts';
import { asString, type JsonObject } from '../json.ts';
import { familyOf } from '../model-families.ts';
import { refusePrefill } from '../prefill.ts';
import { unsupported } from '../unsupported.ts';
import { given } from '../given.ts';
import { renderMessages } from './messages-to-contents.ts';
import { writtenServiceTier } from './service-tier.ts';
import { renderThinking } from './thinking.ts';

const DIALECT = 'google-gemini';

/** What `renderRequest` leaves out, as it changes nothing of what the reply says, or Google can't take it. */
export const DROPPED = [
  'user, metadata and prompt cache key',
  'service tiers other than flex, standard and priority',
  'verbosity',
  'cache marks',
  'image detail',
  'the order of texts and images within the result of a tool: its texts become one',
  'names of files',
  'citations of earlier turns',
  'the name and the strictness of a response schema: Google’s are always strict',
  'reasoning effort above high, which is the most there is; minimal, where the model knows no levels, is low, and none, where it knows levels alone, is minimal, with which it hardly ever thinks; a reasoning budget that the model does not take, which is brought within; its number, where the model knows levels alone, and that the model itself decides, which is their default',
  'signatures of other vendors’ reasoning, and reasoning that has nothing else',
] as const;

/** What of its clients' requests no other dialect has. */
export const OWN_HINTS = [
  'safetySettings that filter nothing',
  'streamFunctionCallArguments',
  'displayName of an image or a sound',
  'mediaResolution ULTRA_HIGH of an image, which is taken for high',
  'mimeType of a document by address',
] as const;

/** @see https://ai.google.dev/api/generate-content#generationconfig */
const STOP_SEQUENCES_MAX = 5;

/**
 * The body for a vendor of this dialect; the model and whether to stream stand in its path.
 * @throws {WeirError} `invalid_request`, naming what can't be expressed.
 * @see https://ai.google.dev/api/generate-content#request-body
 */
export function renderRequest(call: Call, target: RequestTarget): string {
  if (call.logitBias !== undefined) throw unsupported('logit_bias', DIALECT);
  if (call.parallelToolCalls === false && call.tools.length > 0) {
    throw unsupported('parallel_tool_calls', DIALECT, 'a limit of one call at a time');
  }
  refusePrefill(call.messages, DIALECT);
  if ((call.stopSequences?.length ?? 0) > STOP_SEQUENCES_MAX) {
    throw unsupported('stop', DIALECT, `more than ${STOP_SEQUENCES_MAX} stop sequences`);
  }
  const signsCalls = familyOf(target.upstreamModel)?.signsCalls ?? true;
  const { systemInstruction, contents } = renderMessages(call.messages, signsCalls);
  return writeRequest({
    contents,
    ...given({
      systemInstruction,
      tools: call.tools.length > 0 ? [{ functionDeclarations: call.tools.map(renderTool) }] : undefined,
      toolConfig: renderToolConfig(call),
      serviceTier: writtenServiceTier(call.hints.serviceTier),
    }),
    generationConfig: renderConfig(call, target),
  });
}

/** @see https://ai.google.dev/api/generate-content#generationconfig */
function renderConfig(call: Call, target: RequestTarget): JsonObject {
  const { logprobs, reasoning, choices } = call;
  const thinkingConfig = reasoning && renderThinking(reasoning, target.upstreamModel);
  return given({
    maxOutputTokens: target.outputTokensMax,
    candidateCount: choices > 1 ? choices : undefined,
    temperature: call.temperature,
    topP: call.topP,
    topK: call.topK,
    frequencyPenalty: call.frequencyPenalty,
    presencePenalty: call.presencePenalty,
    seed: call.seed,
    stopSequences: call.stopSequences,
    responseLogprobs: logprobs && true,
    logprobs: logprobs && logprobs.alternatives > 0 ? logprobs.alternatives : undefined,
    ...renderFormat(call.format),
    thinkingConfig: thinkingConfig && Object.keys(thinkingConfig).length > 0 ? thinkingConfig : undefined,
  });
}

/** What the schema is for is said in the schema. */
function renderFormat(format: OutputFormat | undefined): JsonObject {
  if (!format) return {};
  const responseMimeType = 'application/json';
  if (format.kind === 'json') return { responseMimeType };
  const { description, schema } = format;
  if (description === undefined) return { responseMimeType, responseJsonSchema: schema };
  const own = asString(schema['description']);
  const both = own === undefined ? description : `${description}\n${own}`;
  return { responseMimeType, responseJsonSchema: { ...schema, description: both } };
}

/** @see https://ai.google.dev/api/caching#FunctionDeclaration */
function renderTool({ name, description, parameters }: Tool): JsonObject {
  return given({ name, description, parametersJsonSchema: parameters });
}

/**
 * `VALIDATED` is `AUTO` with calls that keep to their schemas.
 * @see https://ai.google.dev/api/caching#FunctionCallingConfig
 */
function renderToolConfig({ toolChoice, tools }: Call): JsonObject | undefined {
  const strict = tools.some((tool) => tool.strict === true);
  const functionCallingConfig = toolChoice
    ? renderChoice(toolChoice, strict)
    : strict
      ? { mode: 'VALIDATED' }
      : undefined;
  return functionCallingConfig && { functionCallingConfig };
}

function renderChoice(choice: ToolChoice, strict: boolean): JsonObject {
  switch (choice.kind) {
    case 'auto':
      return { mode: strict ? 'VALIDATED' : 'AUTO' };
    case 'none':
      return { mode: 'NONE' };
    case 'required':
      return { mode: 'ANY' };
    case 'tool':
      return { mode: 'ANY', allowedFunctionNames: [choice.name] };
  }
}
