import { z } from 'zod';
import { bodyOf, checkRequest, modelName, outputLimit, shortList } from '../check-request.ts';
import type { ClientRequest, RequestTarget } from '../dialect.ts';
import type { JsonObject } from '../json.ts';
import { keepsNothing, refuseKeeping } from '../keeps-nothing.ts';
import { passBody, refuseDearTiers, UNPRICED_OPENAI_FIELDS, type Unpriced } from '../unpriced.ts';

/**
 * The part of a request that the gateway acts on; every other field is passed on as it is.
 * @see https://platform.openai.com/docs/api-reference/responses/create
 */
const requestSchema = z.looseObject({
  model: modelName,
  input: shortList(
    z.union([z.string(), z.array(z.looseObject({})).min(1)], {
      error: 'has to be a string or an array of items',
    }),
  ),
  stream: z.boolean().nullish(),
  max_output_tokens: outputLimit,
  background: z.boolean().nullish(),
  store: z.boolean().nullish(),
});

type ResponsesRequest = z.output<typeof requestSchema>;

const CLIENTS_TOOLS: ReadonlySet<unknown> = new Set([
  'function',
  'custom',
  'namespace',
  'tool_search',
  'local_shell',
  'apply_patch',
  'computer',
  'computer_use_preview',
]);

const UNPRICED: Unpriced = {
  fields: UNPRICED_OPENAI_FIELDS,
  isClientsTool: ({ type }) => CLIENTS_TOOLS.has(type),
};

const SEND_ALL = 'Send the whole of it in input, each time.';

/** What refers to something that the vendor has kept of an earlier call. */
const REFERENCES = ['previous_response_id', 'conversation', 'prompt'] as const;

/** @throws {WeirError} `invalid_request`, naming the field and what is wrong with it. */
export function parseRequest(json: unknown): ClientRequest {
  const sent = bodyOf(json, '{"model": "…", "input": "…"}');
  // Before the shape is looked at, as who refers to a stored prompt or conversation may leave the input out.
  for (const field of REFERENCES) {
    if (field in sent && sent[field] !== null) throw keepsNothing(field, SEND_ALL);
  }
  const body = checkRequest(requestSchema, sent);
  refuseKeeping(body, ['background', 'store']);
  refuseReferences(body.input);
  refuseDearTiers(body['service_tier'], 'service_tier');
  return {
    model: body.model,
    stream: body.stream === true,
    usageWanted: true,
    outputTokensMax: body.max_output_tokens ?? undefined,
    choices: 1,
    body,
  };
}

function refuseReferences(input: ResponsesRequest['input']): void {
  if (typeof input === 'string') return;
  const reference = input.findIndex(isReference);
  if (reference >= 0) throw keepsNothing(`input[${reference}]`, SEND_ALL);
}

/** An item that is named only. Its type may be left out; a message without one has a role. */
function isReference({ type, id, role }: JsonObject): boolean {
  const untyped = type === undefined || type === null;
  return type === 'item_reference' || (untyped && typeof id === 'string' && role === undefined);
}

/**
 * The request as a vendor of the same dialect gets it: the output is always limited, and nothing stored.
 * @throws {WeirError} `invalid_request`, naming what has no price.
 */
export function passRequest({ body }: ClientRequest, target: RequestTarget): string {
  const changes = {
    model: target.upstreamModel,
    max_output_tokens: target.outputTokensMax,
    store: false,
  };
  return passBody(body, changes, UNPRICED);
}
