import { WeirError } from '@weir/core/errors';
import type { ClientRequest, RequestAddress, RequestTarget } from '../dialect.ts';
import { asArray, asObject, asString, type JsonObject } from '../json.ts';
import {
  ATTACHMENT_CHARACTERS_PER_TOKEN,
  IMAGE_TOKENS,
  MESSAGE_OVERHEAD_TOKENS,
  type Prompt,
} from '../prompt.ts';
import { malformed } from '../unsupported.ts';
import { refuseDearTiers, refuseUnpriced, refuseVendorsTools } from '../unpriced.ts';
import { RequestObject, stringify } from './request-object.ts';

/** As large as a Postgres integer: far above what any model writes, and no sum of holds overflows. */
const OUTPUT_TOKENS_MAX = 2_147_483_647;
const CHOICES_MAX = 128;
const MODEL_CHARACTERS_MAX = 200;

/** The vendor runs every other one. */
const CLIENTS_TOOL = /^(?:function_?declarations|computer_?use)$/i;

/** Measured: one of 1,588 characters made the prompt longer by 202 tokens. */
const SIGNATURE_CHARACTERS_PER_TOKEN = 8;

/**
 * The part of a request that the gateway acts on; every other field is passed on as it is.
 * @see https://ai.google.dev/api/generate-content#request-body
 */
export function parseRequest(json: unknown, address: RequestAddress): ClientRequest {
  const body = asObject(json);
  if (!body) {
    throw new WeirError('invalid_request', 'The body has to be a JSON object: {"contents": […]}.');
  }
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
  refuseDearTiers(request.get('serviceTier')?.value, request.pathOf('serviceTier'));
  return {
    model,
    stream: address.stream === true,
    usageWanted: true,
    outputTokensMax: config?.integer('maxOutputTokens', 1, OUTPUT_TOKENS_MAX),
    choices: config?.integer('candidateCount', 1, CHOICES_MAX) ?? 1,
    body,
  };
}

/** All that the client sent, but for the model, which stands in the path, and the limit, which stands in one field. */
export function passRequest(request: ClientRequest, target: RequestTarget): string {
  const { body } = request;
  refuseUnpriced(body, ['cachedContent', 'cached_content']);
  refuseVendorsTools(listOf(body['tools']), (tool) =>
    Object.keys(tool).every((name) => CLIENTS_TOOL.test(name)),
  );
  const name = body['generation_config'] === undefined ? 'generationConfig' : 'generation_config';
  const config: JsonObject = {
    ...asObject(body['generationConfig']),
    ...asObject(body['generation_config']),
    max_output_tokens: undefined,
    maxOutputTokens: target.outputTokensMax,
  };
  // A field that is undefined is left out; one that is deleted would make the object slow to write.
  return stringify(
    { ...body, model: undefined, generationConfig: undefined, generation_config: undefined, [name]: config },
    'contents',
  );
}

/** Counts what is there, in either spelling. */
export function promptOf({ body }: ClientRequest): Prompt {
  const counter = new PromptCounter();
  for (const content of [...listOf(body['contents']), ...listOf(either(body, 'systemInstruction'))]) {
    counter.addContent(content);
  }
  const config = asObject(either(body, 'generationConfig'));
  const schemas = ['responseSchema', 'responseJsonSchema', '_responseJsonSchema'].map(
    (name) => config && either(config, name),
  );
  for (const declared of [body['tools'], ...schemas]) counter.addJson(declared);
  return counter.prompt;
}

class PromptCounter {
  readonly #pieces: string[] = [];
  #extraTokens = 0;
  #images = 0;
  #unbounded = false;

  get prompt(): Prompt {
    return {
      text: this.#pieces.join('\n'),
      extraTokens: this.#extraTokens,
      images: this.#images,
      unbounded: this.#unbounded,
    };
  }

  addContent(value: unknown): void {
    const content = asObject(value);
    this.#extraTokens += MESSAGE_OVERHEAD_TOKENS;
    this.#pieces.push(asString(content?.['role']) ?? '');
    for (const part of listOf(content?.['parts'])) this.#addPart(asObject(part));
  }

  addJson(value: unknown): void {
    if (value !== undefined && value !== null) this.#pieces.push(stringify(value, 'contents'));
  }

  #addPart(part: JsonObject | undefined): void {
    for (const [name, value] of Object.entries(part ?? {})) {
      if (typeof value === 'string') this.#addString(name, value);
      else if (isMedia(value)) this.#addMedia(value);
      else if (typeof value === 'object') this.#addCall(value);
    }
  }

  #addString(name: string, value: string): void {
    if (name === 'thoughtSignature' || name === 'thought_signature') {
      this.#extraTokens += Math.ceil(value.length / SIGNATURE_CHARACTERS_PER_TOKEN);
    } else {
      this.#pieces.push(value);
    }
  }

  #addMedia(media: JsonObject): void {
    // What an address leads to is not known, whatever it is said to be.
    if (!('data' in media)) this.#unbounded = true;
    if (asString(either(media, 'mimeType'))?.startsWith('image/')) {
      this.#images++;
      this.#extraTokens += IMAGE_TOKENS;
    } else {
      this.#unbounded = true;
      this.#extraTokens += Math.ceil(stringify(media, 'contents').length / ATTACHMENT_CHARACTERS_PER_TOKEN);
    }
  }

  /** A call, a result, which may have media in it, or code. */
  #addCall(value: object | null): void {
    const call = asObject(value);
    for (const part of listOf(call?.['parts'])) this.#addPart(asObject(part));
    this.addJson(call && { ...call, parts: undefined });
  }
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
