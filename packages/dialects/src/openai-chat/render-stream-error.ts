import type { WeirError } from '@weir/core/errors';
import type { SseMessage } from '../dialect.ts';
import { renderError } from './errors.ts';

/** An error in the middle of a stream: the error object, where a chunk would be. No terminator follows it. */
export function renderStreamError(error: WeirError): SseMessage {
  return { data: JSON.stringify(renderError(error)) };
}
