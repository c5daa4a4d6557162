import { WeirError } from '@weir/core/errors';
import { writeRequest } from './check-request.ts';
import { asObject, type JsonObject } from './json.ts';

/*
 * A price is for tokens, and a hold for those of the prompt and of the limit. What makes a vendor charge something else,
 * or read more than it was sent, is refused: the caller would not pay for it.
 */

/** What of the requests of a kind has no price. */
export interface Unpriced {
  /** Fields of the request. */
  readonly fields: readonly string[];
  /** Whether the client runs a tool, and not the vendor. */
  readonly isClientsTool: (tool: JsonObject) => boolean;
}

/** In whichever of OpenAI’s formats: vendors heed their own fields in all of them. */
export const UNPRICED_OPENAI_FIELDS: readonly string[] = [
  // OpenAI: what of a prediction was wrong is charged as output, of which there may be more than the limit.
  'prediction',
  // vLLM: a template can make any number of tokens of what was sent.
  'chat_template',
  // Searches: OpenAI, xAI, Qwen.
  'web_search_options',
  'search_parameters',
  'enable_search',
  // Other models, plug-ins and dearer hosts than the price is for: OpenRouter.
  'models',
  'plugins',
  'provider',
];

function unpriced(field: string): WeirError {
  return new WeirError(
    'invalid_request',
    `${field}: the vendor charges for this beside the tokens of prompt and reply, or at another price; there is no price for it here. Leave it out.`,
    { param: field },
  );
}

/**
 * The body for a vendor of the client's own format: all that the client sent, but for what is changed of it. Every body
 * that passes is written here, so that none is passed without a look at what has no price.
 * @param changes a field that is undefined is left out; one that is deleted would make the object slow to write.
 * @throws {WeirError} `invalid_request`, naming what has no price.
 */
export function passBody(body: JsonObject, changes: JsonObject, { fields, isClientsTool }: Unpriced): string {
  const field = fields.find((name) => says(body[name]));
  if (field !== undefined) throw unpriced(field);
  const { tools } = body;
  // Google takes one in the place of a list of one.
  for (const [index, one] of (Array.isArray(tools) ? tools : [tools]).entries()) {
    const tool = asObject(one);
    if (tool && !isClientsTool(tool)) throw unpriced(`tools[${index}]`);
  }
  return writeRequest({ ...body, ...changes });
}

function says(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false;
}

/** In any spelling: `PRIORITY`, `priority`, `fast`. */
const DEARER_TIER = /priority|fast/i;

/**
 * Of a request, whichever vendor it is for: another dialect has words for a tier, too.
 * @throws {WeirError} `invalid_request` for a tier that costs more than the others.
 */
export function refuseDearTiers(tier: unknown, field: string): void {
  if (typeof tier === 'string' && DEARER_TIER.test(tier)) throw unpriced(field);
}
