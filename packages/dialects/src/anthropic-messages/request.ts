import { z } from 'zod';
import { bodyOf, checkRequest, modelName, outputLimit, shortList } from '../check-request.ts';
import type { ClientRequest, RequestTarget } from '../dialect.ts';
import { asObject, type JsonObject } from '../json.ts';
import { isGiven } from '../strict-fields.ts';
import { passBody, refuseDearTiers, type Unpriced } from '../unpriced.ts';
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

/** @see https://platform.claude.com/docs/en/agents-and-tools/tool-use/overview */
const CLIENTS_TOOL = /^(?:custom$|(?:bash|text_editor|computer|memory|tool_search_tool)_)/;

/** Tools of other servers, containers that run by the hour, and what has a price of its own. */
const UNPRICED: Unpriced = {
  fields: ['mcp_servers', 'container', 'speed', 'inference_geo'],
  isClientsTool: ({ type }) => !isGiven(type) || (typeof type === 'string' && CLIENTS_TOOL.test(type)),
};

/** @throws {WeirError} `invalid_request`, naming the field and what is wrong with it. */
export function parseRequest(json: unknown): ClientRequest {
  const sent = bodyOf(json, '{"model": "…", "max_tokens": …, "messages": […]}');
  const body = checkRequest(requestSchema, sent);
  // Anthropic has none, but the vendor may be another one.
  refuseDearTiers(body['service_tier'], 'service_tier');
  return {
    model: body.model,
    stream: body.stream === true,
    usageWanted: true,
    outputTokensMax: body.max_tokens ?? undefined,
    choices: 1,
    body,
  };
}

/**
 * The request as a vendor of the same dialect gets it.
 * @throws {WeirError} `invalid_request`, naming what has no price.
 */
export function passRequest({ body, outputTokensMax }: ClientRequest, target: RequestTarget): string {
  const changes: Record<string, unknown> = {
    model: target.upstreamModel,
    max_tokens: target.outputTokensMax,
  };
  const thinking = asObject(body['thinking']);
  if (thinking && outputTokensMax !== undefined && target.outputTokensMax < outputTokensMax) {
    changes['thinking'] = withinLimit(thinking, target.outputTokensMax);
  }
  return passBody(body, changes, UNPRICED);
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
