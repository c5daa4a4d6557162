import type { Call, ToolChoice, ToolDefinition, ToolResult } from '../core/call.ts';
import { countInputTokens } from '../core/count-input.ts';
import type { Content, GenerateRequest, Part } from './generate-request.ts';

export function callOfGenerate(request: GenerateRequest, modelId: string, streamed: boolean): Call {
  const { contents, generationConfig, labels } = request;
  const asked = contents.findLast(isAsking);
  const allowed = request.toolConfig?.functionCallingConfig?.allowedFunctionNames;
  const tools = toolsOf(request);
  return {
    modelId,
    streamed,
    askedText: asked?.parts.map(({ text }) => text ?? '').join('') ?? '',
    endsWithAsking: asked !== undefined && contents.at(-1) === asked,
    toolResults: toolResultsOf(contents),
    tools: allowed === undefined ? tools : tools.filter(({ name }) => allowed.includes(name)),
    toolChoice: toolChoiceOf(request),
    parallelCalls: true,
    outputTokensMax: generationConfig?.maxOutputTokens,
    stopTexts: (generationConfig?.stopSequences ?? []).filter((text) => text !== ''),
    thinks: generationConfig?.thinkingConfig?.thinkingBudget !== 0,
    inputTokens: countGenerateTokens(request),
    requestName: labels?.['sandbox-request'],
  };
}

/** The input tokens of a request. Thoughts that are sent back are not counted. */
export function countGenerateTokens({ systemInstruction, contents, tools }: GenerateRequest): number {
  const all = systemInstruction === undefined ? contents : [systemInstruction, ...contents];
  const counted = all.map(({ parts }) => ({
    texts: parts.flatMap(textsOf),
    mediaParts: parts.filter(({ inlineData, fileData }) => inlineData ?? fileData).length,
  }));
  return countInputTokens(counted, tools ?? []);
}

function textsOf({ text, thought, functionCall, functionResponse }: Part): string[] {
  if (functionCall !== undefined) return [functionCall.name, JSON.stringify(functionCall.args ?? {})];
  if (functionResponse !== undefined) {
    return [functionResponse.name ?? '', JSON.stringify(functionResponse.response ?? {})];
  }
  return thought === true ? [] : [text ?? ''];
}

/** A response is an object: its JSON. */
function toolResultsOf(contents: readonly Content[]): ToolResult[] {
  return contents
    .slice(contents.findLastIndex(isAsking) + 1)
    .flatMap(({ parts }) => parts)
    .flatMap(({ functionResponse: given }) =>
      given ? [{ name: given.name ?? '', text: JSON.stringify(given.response ?? {}) }] : [],
    );
}

/** A user's content that has more than the results of functions. */
function isAsking({ role, parts }: Content): boolean {
  return role !== 'model' && parts.some(({ functionResponse }) => functionResponse === undefined);
}

function toolsOf({ tools }: GenerateRequest): ToolDefinition[] {
  const declarations = (tools ?? []).flatMap(({ functionDeclarations }) => functionDeclarations ?? []);
  return declarations.map(({ name, parameters, parametersJsonSchema }) => ({
    name,
    parameters: parameters ?? parametersJsonSchema,
  }));
}

function toolChoiceOf({ toolConfig }: GenerateRequest): ToolChoice {
  switch (toolConfig?.functionCallingConfig?.mode) {
    case 'ANY':
      return 'required';
    case 'NONE':
      return 'none';
    case 'AUTO':
    case 'VALIDATED':
    case 'MODE_UNSPECIFIED':
    case undefined:
      return 'auto';
  }
}
