import { z } from 'zod';
import { bodyOf, checkRequest, modelName, outputLimit, shortList, writeRequest } from '../check-request.ts';
import type { ClientRequest, RequestTarget } from '../dialect.ts';
import { asObject, type JsonObject } from '../json.ts';
import { isGiven } from '../strict-fields.ts';
import { refuseUnpriced, refuseVendorsTools } from '../unpriced.ts';
import { BUDGET_TOKENS_MIN } from './thinking.ts';

/**
 * The part of a request that the gateway acts on; every other field is passed on as it is. Anthropic takes a `max_tokens`
 * of 0, too, to fill its cache without a reply, which here has no price and so no hold: it is refused.
 * @see https://platform.claude.com/docs/en/api/messages/create
 */
const requestSchema = z.looseObject({
  model: modelName,
  messages: shortList(z.array(z.looseObject({ role: z.string() })).min(1)),
  stream: z.boolean().nullish(),
  max_tokens: outputLimit,
});

/** Tools of other servers, containers that run by the hour, and what has a price of its own. */
const UNPRICED = ['mcp_servers', 'container', 'speed', 'inference_geo'] as const;

/** @see https://platform.claude.com/docs/en/agents-and-tools/tool-use/overview */
const CLIENTS_TOOL = /^(?:custom$|(?:bash|text_editor|computer|memory|tool_search_tool)_)/;

/** @throws {WeirError} `invalid_request`, naming the field and what is wrong with it. */
export function parseRequest(json: unknown): ClientRequest {
  const sent = bodyOf(json, '{"model": "…", "max_tokens": …, "messages": […]}');
  const body = checkRequest(requestSchema, sent);
  return {
    model: body.model,
    stream: body.stream === true,
    usageWanted: true,
    outputTokensMax: body.max_tokens ?? undefined,
    choices: 1,
    body,
  };
}

/** The request as a vendor of the same dialect gets it. */
export function passRequest({ body, outputTokensMax }: ClientRequest, target: RequestTarget): string {
  refuseUnpriced(body, UNPRICED);
  refuseVendorsTools(
    body['tools'],
    ({ type }) => !isGiven(type) || (typeof type === 'string' && CLIENTS_TOOL.test(type)),
  );
  const passed: Record<string, unknown> = {
    ...body,
    model: target.upstreamModel,
    max_tokens: target.outputTokensMax,
  };
  const thinking = asObject(body['thinking']);
  if (thinking && outputTokensMax !== undefined && target.outputTokensMax < outputTokensMax) {
    passed['thinking'] = withinLimit(thinking, target.outputTokensMax);
  }
  return writeRequest(passed);
}

/**
 * A thinking budget has to stay below `max_tokens`. Where the gateway lowered that limit, the budget follows as far as
 * it can; where the client itself wrote the two, the vendor is the judge of them.
 */
function withinLimit(thinking: JsonObject, limit: number): JsonObject {
  const budget = thinking['budget_tokens'];
  if (typeof budget !== 'number' || budget < limit || limit <= BUDGET_TOKENS_MIN) return thinking;
  return { ...thinking, budget_tokens: Math.max(BUDGET_TOKENS_MIN, limit - BUDGET_TOKENS_MIN) };
}
