import type { WeirError } from '@weir/core/errors';
import type { SseMessage } from '../dialect.ts';
import { renderError, type OpenAiError } from '../openai-chat/errors.ts';

/**
 * An error in a stream. Its fields stand in the event itself, as documented and typed, and in an object `error`, as the
 * vendor sends them: the official clients throw upon the latter, and hand the former on as an event like any other.
 * @see https://platform.openai.com/docs/api-reference/responses-streaming/error
 */
export function streamError(error: OpenAiError['error']) {
  const { code, message, param } = error;
  return { type: 'error', code, message, param, error };
}

/** How many events there were before it is not known here. */
export function renderStreamError(error: WeirError): SseMessage {
  const fields = streamError(renderError(error).error);
  return { event: 'error', data: JSON.stringify({ ...fields, sequence_number: 0 }) };
}
