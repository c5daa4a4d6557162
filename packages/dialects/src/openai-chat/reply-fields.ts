import type { ToolCallPart } from '../call.ts';
import type { ReplyContext } from '../dialect.ts';
import { writeDataUrl } from '../data-url.ts';
import type { JsonObject } from '../json.ts';
import type { ProducedImage } from '../reply.ts';
import { withPrefix } from '../signature-prefix.ts';
import { openaiServiceTier } from './service-tier.ts';

/** What a reply and its chunks have in common. */
export function renderFrame({ requestId, model, createdAtMs }: ReplyContext, object: string): JsonObject {
  return {
    id: `chatcmpl-${requestId.replace(/^req_/, '')}`,
    object,
    created: Math.floor(createdAtMs / 1000),
    model,
  };
}

/** Clients know OpenAI's words only. */
export function renderServiceTier(serviceTier: string | undefined): JsonObject {
  const tier = openaiServiceTier(serviceTier);
  return tier === undefined ? {} : { service_tier: tier };
}

/** The signature stands where Google's endpoint of this dialect has it. */
export function renderToolCall(call: Omit<ToolCallPart, 'kind' | 'cache'>): JsonObject {
  const { id, name, signature } = call;
  return {
    id,
    type: 'function',
    function: { name, arguments: call.arguments },
    ...(signature && {
      extra_content: { google: { thought_signature: withPrefix(signature, 'openai-chat') } },
    }),
  };
}

/** As OpenRouter has them. */
export function renderImage(image: Omit<ProducedImage, 'kind'>, index: number): JsonObject {
  return { type: 'image_url', image_url: { url: writeDataUrl(image) }, index };
}

/**
 * Reasoning stands in two fields beside the details: DeepSeek's `reasoning_content`, which most clients read, and
 * `reasoning`, which those read that are made for OpenRouter, Groq or vLLM. None reads both as two. The details alone
 * carry signatures, and a client that gives them back needs their text with them.
 */
export function renderReasoning(text: string): JsonObject {
  return text === '' ? {} : { reasoning: text, reasoning_content: text };
}
