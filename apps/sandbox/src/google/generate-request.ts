import { z } from 'zod';
import { REQUEST_NAME_CHARACTERS_MAX } from '../core/controls.ts';
import { wrongFieldOf } from '../core/wrong-field.ts';
import { checkContents } from './check-contents.ts';
import { functionDeclaration } from './function-schema.ts';
import { invalidArgument, wrongValue } from './google-vendor.ts';
import { protoEnum, protoMessage } from './proto-json.ts';

const anything = z.unknown().optional();

const struct = z.record(z.string(), z.unknown());

const part = protoMessage({
  text: z.string().optional(),
  inlineData: protoMessage({
    mimeType: z.string(),
    data: z.string(),
    displayName: z.string().optional(),
  }).optional(),
  fileData: protoMessage({
    mimeType: z.string().optional(),
    fileUri: z.string(),
    displayName: z.string().optional(),
  }).optional(),
  functionCall: protoMessage({
    id: z.string().optional(),
    name: z.string(),
    args: struct.optional(),
  }).optional(),
  functionResponse: protoMessage({
    id: z.string().optional(),
    name: z.string().optional(),
    response: struct.optional(),
    parts: anything,
    willContinue: z.boolean().optional(),
    scheduling: z.string().optional(),
  }).optional(),
  executableCode: anything,
  codeExecutionResult: anything,
  toolCall: anything,
  toolResponse: anything,
  thought: z.boolean().optional(),
  thoughtSignature: z.string().optional(),
  videoMetadata: anything,
  mediaResolution: anything,
  partMetadata: anything,
});

const content = protoMessage({
  role: z.string().optional(),
  parts: z.array(part).default([]),
});

const tool = protoMessage({
  functionDeclarations: z.array(functionDeclaration).optional(),
  codeExecution: anything,
  computerUse: anything,
  fileSearch: anything,
  googleMaps: anything,
  googleSearch: anything,
  googleSearchRetrieval: anything,
  mcpServers: anything,
  urlContext: anything,
});

const toolConfig = protoMessage({
  functionCallingConfig: protoMessage({
    mode: protoEnum(['MODE_UNSPECIFIED', 'AUTO', 'ANY', 'NONE', 'VALIDATED']).optional(),
    allowedFunctionNames: z.array(z.string()).optional(),
  }).optional(),
  retrievalConfig: anything,
  includeServerSideToolInvocations: z.boolean().optional(),
});

const thinkingConfig = protoMessage({
  includeThoughts: z.boolean().optional(),
  thinkingBudget: z.number().int().min(-1).optional(),
  thinkingLevel: protoEnum(['THINKING_LEVEL_UNSPECIFIED', 'MINIMAL', 'LOW', 'MEDIUM', 'HIGH']).optional(),
});

/** See https://ai.google.dev/api/generate-content#generationconfig */
const generationConfig = protoMessage({
  maxOutputTokens: z.number().int().min(1).optional(),
  stopSequences: z.array(z.string()).max(5).optional(),
  temperature: z.number().min(0).max(2).optional(),
  topP: z.number().min(0).max(1).optional(),
  topK: z.number().min(1).optional(),
  candidateCount: z.literal(1, 'Only one candidate can be specified').optional(),
  thinkingConfig: thinkingConfig.optional(),
  seed: z.number().int().optional(),
  presencePenalty: z.number().optional(),
  frequencyPenalty: z.number().optional(),
  responseLogprobs: z.boolean().optional(),
  logprobs: z.number().int().optional(),
  responseMimeType: z.string().optional(),
  responseSchema: anything,
  responseJsonSchema: anything,
  responseFormat: anything,
  responseModalities: anything,
  mediaResolution: anything,
  speechConfig: anything,
  imageConfig: anything,
  translationConfig: anything,
  audioTranscriptionConfig: anything,
  enableEnhancedCivicAnswers: z.boolean().optional(),
});

const shape = {
  model: z.string().optional(),
  contents: z.array(content),
  systemInstruction: content.optional(),
  tools: z.array(tool).optional(),
  toolConfig: toolConfig.optional(),
  safetySettings: anything,
  generationConfig: generationConfig.optional(),
  cachedContent: z.string().optional(),
  serviceTier: z.string().optional(),
  store: z.boolean().optional(),
  labels: z
    .looseObject({ 'sandbox-request': z.string().min(1).max(REQUEST_NAME_CHARACTERS_MAX).optional() })
    .optional(),
};

/** Unknown fields are refused, as the vendor does. See https://ai.google.dev/api/generate-content */
const generateRequest = protoMessage(shape);

/** See https://ai.google.dev/api/tokens */
const countRequest = protoMessage({
  contents: z.array(content).optional(),
  generateContentRequest: generateRequest.optional(),
});

export type GenerateRequest = z.output<typeof generateRequest>;
export type Content = z.output<typeof content>;
export type Part = z.output<typeof part>;

/** @throws {Refusal} that names the field at fault. */
export function parseGenerateRequest(body: unknown, modelId: string): GenerateRequest {
  const result = generateRequest.safeParse(body ?? {});
  if (!result.success) throw wrongValue(wrongFieldOf(result.error, body));
  const request = result.data;
  if (request.contents.length === 0) {
    throw invalidArgument('* GenerateContentRequest.contents: contents is not specified\n');
  }
  const thinking = request.generationConfig?.thinkingConfig;
  if (thinking?.thinkingBudget !== undefined && thinking.thinkingLevel !== undefined) {
    throw invalidArgument('You can only set only one of thinking budget and thinking level.');
  }
  checkContents(request.contents, modelId);
  return request;
}

/** @throws {Refusal} that names the field at fault. */
export function parseCountRequest(body: unknown, modelId: string): GenerateRequest {
  const result = countRequest.safeParse(body ?? {});
  if (!result.success) throw wrongValue(wrongFieldOf(result.error, body));
  const { contents, generateContentRequest } = result.data;
  return parseGenerateRequest(generateContentRequest ?? { contents: contents ?? [] }, modelId);
}
