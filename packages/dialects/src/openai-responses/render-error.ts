import type { WeirError } from '@weir/core/errors';
import type { SseMessage } from '../dialect.ts';
import { asObject, parseJson } from '../json.ts';
import { renderError, type OpenAiError } from '../openai-chat/errors.ts';
import { sseReader } from '../sse.ts';

/**
 * An error in a stream. Its fields stand in the event itself, as documented and typed, and in an object `error`, as the
 * vendor sends them: the official clients throw upon the latter, and hand the former on as an event like any other.
 * @see https://platform.openai.com/docs/api-reference/responses-streaming/error
 */
export function streamError(error: OpenAiError['error']) {
  const { code, message, param } = error;
  return { type: 'error', code, message, param, error };
}

/** Numbered as the next after the event that was sent last. */
export function renderStreamError(error: WeirError, _requestId: string, sentLast = ''): SseMessage {
  const fields = streamError(renderError(error).error);
  const { events } = sseReader({ read: parseJson }).push(Buffer.from(sentLast));
  const last = asObject(events.at(-1)?.reading)?.['sequence_number'];
  const number = Number.isSafeInteger(last) ? Number(last) + 1 : 0;
  return { event: 'error', data: JSON.stringify({ ...fields, sequence_number: number }) };
}
