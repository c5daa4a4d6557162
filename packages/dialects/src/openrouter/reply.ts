import type { WeirError } from '@weir/core/errors';
import { usdDecimal } from '@weir/core/money';
import { asArray, asObject, type JsonObject } from '../json.ts';
import { renderUsage } from '../openai-chat/usage-figures.ts';
import { renderUsage as renderResponseUsage } from '../openai-responses/usage.ts';
import type { Usage } from '../usage.ts';
import { renderError } from './errors.ts';

/** What every piece of a reply says. */
export interface ReplyFrame {
  /** The gateway's id of the call. */
  readonly requestId: string;
  readonly createdAtMs: number;
  /** As clients call it. */
  readonly model: string;
  /** Who serves; undefined while nobody does. */
  readonly vendor: string | undefined;
  /** What a piece of a stream calls itself. */
  readonly object: string;
}

/** What a call cost, in nanoUsd; the two parts come to the whole. */
export interface Cost {
  readonly chargeNanoUsd: bigint;
  readonly promptNanoUsd: bigint;
  readonly completionNanoUsd: bigint;
  /** What it was charged for; undefined where it cost nothing. */
  readonly usage: Usage | undefined;
}

/** The id under which `GET /v1/generation` finds the call. */
function generationId(requestId: string): string {
  return requestId.replace(/^req_/, 'gen-');
}

/** A whole reply of OpenAI's format, as OpenRouter's clients read it. */
export function renderWhole(reply: JsonObject, frame: ReplyFrame, cost: Cost): JsonObject {
  const { usage } = reply;
  return {
    ...withFrame(reply, frame),
    // Their client asks for the key.
    ...(reply['object'] === 'chat.completion' && {
      system_fingerprint: reply['system_fingerprint'] ?? null,
    }),
    ...((asObject(usage) ?? cost.usage) && { usage: withCost(asObject(usage), cost) }),
  };
}

/** A response of OpenAI's Responses format, with what it cost. */
export function renderResponse(response: JsonObject, cost: Cost): JsonObject {
  const usage = asObject(response['usage']);
  return (usage ?? cost.usage) ? { ...response, usage: withResponseCost(usage, cost) } : response;
}

/** A piece of a streamed reply, and the usage that it carried. */
export interface RenderedPiece {
  /** Undefined where the piece was nothing but usage. */
  readonly piece: JsonObject | undefined;
  readonly usage: JsonObject | undefined;
}

export function renderPiece(sent: JsonObject, frame: ReplyFrame): RenderedPiece {
  const { usage, system_fingerprint: fingerprint, ...rest } = sent;
  const found = asObject(usage);
  if (found && asArray(rest['choices']).length === 0) return { piece: undefined, usage: found };
  // Their client takes no null there.
  const kept = typeof fingerprint === 'string' ? { ...rest, system_fingerprint: fingerprint } : rest;
  return { piece: withFrame(kept, frame), usage: found };
}

/** The piece that comes last, with the usage and what it cost. */
export function renderUsagePiece(
  usage: JsonObject | undefined,
  frame: ReplyFrame,
  cost: Cost,
): JsonObject | undefined {
  if (!usage && !cost.usage) return undefined;
  return { ...pieceFrame(frame), choices: [], usage: withCost(usage, cost) };
}

/**
 * An error in the middle of a stream: a chunk like any other, with `error` beside its choice. OpenAI's own client looks
 * for that key first, OpenRouter's checks each event against the schema of a chunk.
 * @see https://openrouter.ai/docs/api-reference/errors
 */
export function renderErrorPiece(error: WeirError, frame: ReplyFrame): JsonObject {
  return {
    ...pieceFrame(frame),
    ...renderError(error),
    choices: [{ index: 0, delta: { content: '' }, finish_reason: 'error', native_finish_reason: 'error' }],
  };
}

function pieceFrame({ requestId, model, vendor, createdAtMs, object }: ReplyFrame): JsonObject {
  return {
    id: generationId(requestId),
    object,
    created: Math.floor(createdAtMs / 1000),
    model,
    provider: vendor,
  };
}

function withFrame(reply: JsonObject, { requestId, model, vendor }: ReplyFrame): JsonObject {
  const { choices } = reply;
  return {
    ...reply,
    id: generationId(requestId),
    model,
    provider: vendor,
    ...(Array.isArray(choices) && { choices: choices.map(withOpenRouterFields) }),
  };
}

/** What some vendors say in other fields, or in none. */
function withOpenRouterFields(choice: unknown): unknown {
  const given = asObject(choice);
  if (!given) return choice;
  const { finish_reason: finish, native_finish_reason: native } = given;
  const speaks = given['message'] === undefined ? 'delta' : 'message';
  const speech = asObject(given[speaks]);
  const reasoning = speech?.['reasoning'] ?? speech?.['reasoning_content'];
  return {
    ...given,
    ...(finish !== undefined && { native_finish_reason: native ?? finish }),
    ...(speech && reasoning !== undefined && { [speaks]: { ...speech, reasoning } }),
  };
}

/** The vendor's figures, those that were charged for in their place, and the charge in US dollars. */
function withCost(usage: JsonObject | undefined, cost: Cost): JsonObject {
  return {
    ...usage,
    ...(cost.usage && renderUsage(cost.usage)),
    cost: usd(cost.chargeNanoUsd),
    is_byok: false,
    cost_details: {
      upstream_inference_cost: null,
      upstream_inference_prompt_cost: usd(cost.promptNanoUsd),
      upstream_inference_completions_cost: usd(cost.completionNanoUsd),
    },
  };
}

function withResponseCost(usage: JsonObject | undefined, cost: Cost): JsonObject {
  return {
    ...usage,
    ...renderResponseUsage(cost.usage),
    cost: usd(cost.chargeNanoUsd),
    is_byok: false,
    cost_details: {
      upstream_inference_cost: null,
      upstream_inference_input_cost: usd(cost.promptNanoUsd),
      upstream_inference_output_cost: usd(cost.completionNanoUsd),
    },
  };
}

/** Up to nine million dollars, the number whose digits are the amount's own. */
function usd(nanoUsd: bigint): number {
  return Number(usdDecimal(nanoUsd));
}
