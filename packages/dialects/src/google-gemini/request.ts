import { bodyOf } from '../check-request.ts';
import type { ClientRequest, RequestAddress, RequestTarget } from '../dialect.ts';
import { asArray, asObject, asString, TOKENS_MAX, type JsonObject } from '../json.ts';
import { refuseKeeping } from '../keeps-nothing.ts';
import { PromptCounter, type Prompt } from '../prompt.ts';
import { malformed } from '../unsupported.ts';
import { passBody, refuseDearTiers, type Unpriced } from '../unpriced.ts';
import { RequestObject } from './request-object.ts';

const CHOICES_MAX = 128;
const MODEL_CHARACTERS_MAX = 200;

/** The vendor runs every other one. */
const CLIENTS_TOOL = /^(?:function_?declarations|computer_?use)$/i;

const UNPRICED: Unpriced = {
  fields: ['cachedContent', 'cached_content'],
  isClientsTool: (tool) => Object.keys(tool).every((name) => CLIENTS_TOOL.test(name)),
};

/** Measured: one of 1,588 characters made the prompt longer by 202 tokens. */
const SIGNATURE_CHARACTERS_PER_TOKEN = 8;

/**
 * The part of a request that the gateway acts on; every other field is passed on as it is.
 * @see https://ai.google.dev/api/generate-content#request-body
 */
export function parseRequest(json: unknown, address: RequestAddress): ClientRequest {
  const body = bodyOf(json, '{"contents": […]}');
  const { model } = address;
  if (model === undefined || model === '' || model.length > MODEL_CHARACTERS_MAX) {
    throw malformed('model', 'has to stand in the path: /models/{model}:generateContent');
  }
  const request = new RequestObject({ value: body, path: '' });
  const contents = request.objects('contents');
  if (contents.length === 0) throw malformed(request.pathOf('contents'), 'has to have at least one content');
  for (const content of contents) {
    content.string('role');
    for (const { value, path } of content.list('parts')) {
      if (!asObject(value)) throw malformed(path, 'has to be an object');
    }
  }
  const config = request.object('generationConfig');
  // Google then logs the call, whatever the project is set to.
  refuseKeeping(body, ['store']);
  refuseDearTiers(request.get('serviceTier')?.value, request.pathOf('serviceTier'));
  return {
    model,
    stream: address.stream === true,
    usageWanted: true,
    outputTokensMax: config?.integer('maxOutputTokens', 1, TOKENS_MAX),
    choices: config?.integer('candidateCount', 1, CHOICES_MAX) ?? 1,
    body,
  };
}

/**
 * All that the client sent, but for the model, which stands in the path, and the limit, which stands in one field.
 * @throws {WeirError} `invalid_request`, naming what has no price.
 */
export function passRequest(request: ClientRequest, target: RequestTarget): string {
  const { body } = request;
  const name = body['generation_config'] === undefined ? 'generationConfig' : 'generation_config';
  const config: JsonObject = {
    ...asObject(body['generationConfig']),
    ...asObject(body['generation_config']),
    max_output_tokens: undefined,
    maxOutputTokens: target.outputTokensMax,
  };
  const changes = {
    model: undefined,
    generationConfig: undefined,
    generation_config: undefined,
    [name]: config,
  };
  return passBody(body, changes, UNPRICED);
}

/** Everything that the model reads, in either spelling: contents, instruction, tools, schema. */
export function promptOf({ body }: ClientRequest): Prompt {
  const counter = new PromptCounter();
  for (const item of [...listOf(body['contents']), ...listOf(either(body, 'systemInstruction'))]) {
    const content = asObject(item);
    counter.addFrame();
    counter.addText(content?.['role'] ?? '');
    for (const part of listOf(content?.['parts'])) addPart(counter, asObject(part));
  }
  counter.addJson(body['tools'], 'tools');
  const config = asObject(either(body, 'generationConfig')) ?? {};
  for (const name of ['responseSchema', 'responseJsonSchema', '_responseJsonSchema']) {
    counter.addJson(either(config, name), `generationConfig.${name}`);
  }
  return counter.prompt;
}

function addPart(counter: PromptCounter, part: JsonObject | undefined): void {
  for (const [name, value] of Object.entries(part ?? {})) {
    if (name === 'thoughtSignature' || name === 'thought_signature') addSignature(counter, value);
    else if (typeof value === 'string') counter.addText(value);
    else if (isMedia(value)) addMedia(counter, value);
    else if (typeof value === 'object') addCall(counter, asObject(value));
  }
}

function addSignature(counter: PromptCounter, value: unknown): void {
  const { length } = asString(value) ?? '';
  counter.addCharacters(length, SIGNATURE_CHARACTERS_PER_TOKEN);
}

function addMedia(counter: PromptCounter, media: JsonObject): void {
  // What an address leads to is not known, whatever it is said to be.
  if (!('data' in media)) counter.addUnbounded();
  if (asString(either(media, 'mimeType'))?.startsWith('image/')) counter.addImage();
  else counter.addAttachment(media, 'contents');
}

/** A call, a result, which may have media in it, or code. */
function addCall(counter: PromptCounter, call: JsonObject | undefined): void {
  for (const part of listOf(call?.['parts'])) addPart(counter, asObject(part));
  counter.addJson(call && { ...call, parts: undefined }, 'contents');
}

/** `inlineData` or `fileData`. */
function isMedia(value: unknown): value is JsonObject {
  const object = asObject(value);
  return object !== undefined && ('data' in object || 'fileUri' in object || 'file_uri' in object);
}

function either(object: JsonObject, name: string): unknown {
  return object[name] ?? object[name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)];
}

/** One value may stand in the place of a list of one. */
function listOf(value: unknown): readonly unknown[] {
  return value === undefined || value === null || Array.isArray(value) ? asArray(value) : [value];
}
