import { WeirError } from '@weir/core/errors';
import { z } from 'zod';
import { shortList } from '../check-request.ts';
import type { ClientRequest, RequestTarget } from '../dialect.ts';
import type { JsonObject } from '../json.ts';
import { refuseDearTiers, refuseVendorsTools } from '../unpriced.ts';

/** As large as a Postgres integer: far above what any model writes, and no sum of holds overflows. */
const outputLimit = z.int().min(1).max(2_147_483_647).nullish();

/**
 * The part of a request that the gateway acts on; every other field is passed on as it is.
 * @see https://platform.openai.com/docs/api-reference/responses/create
 */
const requestSchema = z.looseObject({
  model: z.string().min(1).max(200),
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

/** What refers to something that the vendor has kept of an earlier call. */
const REFERENCES = ['previous_response_id', 'conversation', 'prompt'] as const;

/**
 * Nothing of a conversation outlives its call, at the gateway or at the vendor: what would have to be kept, or was to
 * have been, is refused, whoever the vendor is.
 * @throws {WeirError} `invalid_request`, naming the field and what is wrong with it.
 */
export function parseRequest(json: unknown): ClientRequest {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new WeirError('invalid_request', 'The body has to be a JSON object: {"model": "…", "input": "…"}.');
  }
  // Before the shape is looked at, as who refers to a stored prompt or conversation may leave the input out.
  for (const field of REFERENCES) {
    if (field in json && (json as JsonObject)[field] !== null) throw keepsNothing(field);
  }
  const result = requestSchema.safeParse(json);
  if (!result.success) {
    const issue = result.error.issues[0];
    const param = fieldName(issue?.path ?? []);
    throw new WeirError('invalid_request', `${param}: ${issue?.message ?? 'is not valid'}.`, { param });
  }
  const body = result.data;
  refuseKeeping(body);
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

function refuseKeeping({ background, store, input }: ResponsesRequest): void {
  if (background === true) throw keepsNothing('background');
  if (store === true) throw keepsNothing('store', ' Set it to false or leave it out.');
  if (typeof input === 'string') return;
  const reference = input.findIndex(isReference);
  if (reference >= 0) throw keepsNothing(`input[${reference}]`);
}

/** An item that is named only. Its type may be left out; a message without one has a role. */
function isReference({ type, id, role }: JsonObject): boolean {
  const untyped = type === undefined || type === null;
  return type === 'item_reference' || (untyped && typeof id === 'string' && role === undefined);
}

function keepsNothing(field: string, remedy = ''): WeirError {
  return new WeirError(
    'invalid_request',
    `${field}: the gateway keeps nothing of a conversation, and lets no vendor keep it: the whole of it has to be sent in input, each time.${remedy}`,
    { param: field },
  );
}

function fieldName(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (name, part) =>
      typeof part === 'number' ? `${name}[${part}]` : name === '' ? String(part) : `${name}.${String(part)}`,
    '',
  );
}

/** The request as a vendor of the same dialect gets it: the output is always limited, and nothing stored. */
export function passRequest({ body }: ClientRequest, target: RequestTarget): string {
  refuseVendorsTools(body['tools'], ({ type }) => CLIENTS_TOOLS.has(type));
  return stringify({
    ...body,
    model: target.upstreamModel,
    max_output_tokens: target.outputTokensMax,
    store: false,
  });
}

/** @throws {WeirError} for what is nested deeper than can be written. */
export function stringify(body: JsonObject): string {
  try {
    return JSON.stringify(body);
  } catch (cause) {
    throw new WeirError('invalid_request', 'The body is nested too deeply.', { cause });
  }
}
