import type { ReplyContext } from '../dialect.ts';
import type { JsonObject } from '../json.ts';
import { markFor } from '../output-limit.ts';
import { openaiServiceTier } from '../openai-chat/service-tier.ts';
import type { Usage } from '../usage.ts';
import type { RenderedEnd } from './finish.ts';
import { renderUsage } from './usage.ts';

interface ResponseState {
  readonly end: Omit<RenderedEnd, 'status'> & { readonly status: string };
  readonly output: readonly JsonObject[];
  readonly usage: Usage | undefined;
  readonly serviceTier: string | undefined;
  /** It ended for its length. */
  readonly cut: boolean;
}

/**
 * A response with all fields that the types of OpenAI's client and of OpenRouter's ask for. What the request had set is not known here:
 * where null is allowed it is null, else what is usual.
 * @see https://platform.openai.com/docs/api-reference/responses/object
 */
export function renderResponse(context: ReplyContext, state: ResponseState): JsonObject {
  const { requestId, model, createdAtMs } = context;
  const { end, output, usage, serviceTier, cut } = state;
  return {
    id: `resp_${requestId}`,
    object: 'response',
    created_at: Math.floor(createdAtMs / 1_000),
    completed_at: null,
    status: end.status,
    background: false,
    error: end.error,
    frequency_penalty: null,
    incomplete_details: end.incomplete_details,
    instructions: null,
    max_output_tokens: null,
    model,
    output,
    parallel_tool_calls: true,
    presence_penalty: null,
    previous_response_id: null,
    reasoning: { effort: null, summary: null },
    service_tier: openaiServiceTier(serviceTier) ?? null,
    store: false,
    temperature: null,
    text: { format: { type: 'text' } },
    tool_choice: 'auto',
    tools: [],
    top_p: null,
    truncation: 'disabled',
    usage: renderUsage(usage),
    metadata: {},
    ...markFor(cut, context),
  };
}
