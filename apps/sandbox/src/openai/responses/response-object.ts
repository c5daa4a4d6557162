import type { ReplyHead, Usage } from '../../core/rendering.ts';
import type { ResponsesRequest } from './responses-request.ts';

/** What of a response changes while it is made. */
export interface ResponseState {
  status: 'in_progress' | 'completed' | 'incomplete';
  incomplete_details: object | null;
  output: object[];
  usage: object | null;
}

/**
 * OpenAI's response object, which says again what was asked.
 * See https://platform.openai.com/docs/api-reference/responses/object
 */
export function responseObject(head: ReplyHead, request: ResponsesRequest, state: ResponseState): object {
  return {
    id: head.id,
    object: 'response',
    created_at: head.created,
    completed_at: state.status === 'completed' ? head.created : null,
    ...state,
    model: head.modelId,
    error: null,
    background: false,
    frequency_penalty: 0,
    instructions: request.instructions ?? null,
    max_output_tokens: request.max_output_tokens ?? null,
    max_tool_calls: request.max_tool_calls ?? null,
    metadata: request.metadata ?? {},
    parallel_tool_calls: request.parallel_tool_calls ?? true,
    presence_penalty: 0,
    previous_response_id: null,
    prompt_cache_key: request.prompt_cache_key ?? null,
    reasoning: { effort: request.reasoning?.effort ?? null, summary: request.reasoning?.summary ?? null },
    safety_identifier: request.safety_identifier ?? null,
    service_tier: 'default',
    store: request.store ?? true,
    temperature: request.temperature ?? 1,
    text: request.text ?? { format: { type: 'text' }, verbosity: 'medium' },
    tool_choice: request.tool_choice ?? 'auto',
    tools: request.tools ?? [],
    top_logprobs: request.top_logprobs ?? 0,
    top_p: request.top_p ?? 1,
    truncation: request.truncation ?? 'disabled',
    user: request.user ?? null,
  };
}

/** `output_tokens` holds the reasoning as well. */
export function usageBody({ inputTokens, outputTokens, thinkingTokens }: Usage): object {
  return {
    input_tokens: inputTokens,
    input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
    output_tokens: outputTokens,
    output_tokens_details: { reasoning_tokens: thinkingTokens },
    total_tokens: inputTokens + outputTokens,
  };
}
