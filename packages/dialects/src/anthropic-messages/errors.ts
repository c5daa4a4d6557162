import type { WeirError } from '@weir/core/errors';
import type { SseMessage } from '../dialect.ts';
import { asObject, asString, type JsonObject } from '../json.ts';
import { cleanMessage, type VendorError } from '../vendor-error.ts';

/**
 * An error as Anthropic's API writes it. Its `details` are where Anthropic's clients look for a code; beside ours they
 * hold what a program needs to act on the error.
 * @see https://platform.claude.com/docs/en/api/errors
 */
export function renderError(error: WeirError, requestId: string): JsonObject {
  const { code, message, param, details } = error;
  return {
    type: 'error',
    error: {
      type: errorType(error.status),
      message,
      details: { error_code: code, ...(param !== undefined && { param }), ...details },
    },
    request_id: requestId,
  };
}

/** @see https://platform.claude.com/docs/en/build-with-claude/streaming#error-events */
export function renderStreamError(error: WeirError, requestId: string): SseMessage {
  return { event: 'error', data: JSON.stringify(renderError(error, requestId)) };
}

/** `overloaded_error` goes with 529 at Anthropic's; the gateway answers 503. */
function errorType(status: number): string {
  switch (status) {
    case 401:
      return 'authentication_error';
    case 402:
      return 'billing_error';
    case 403:
      return 'permission_error';
    case 404:
      return 'not_found_error';
    case 413:
      return 'request_too_large';
    case 429:
      return 'rate_limit_error';
    case 503:
    case 529:
      return 'overloaded_error';
    case 504:
      return 'timeout_error';
    default:
      return status >= 500 ? 'api_error' : 'invalid_request_error';
  }
}

/** @returns undefined when the value is no error object: nothing that has an `error`, in words or with a message. */
export function readVendorError(json: unknown): VendorError | undefined {
  const error = asObject(json)?.['error'];
  if (typeof error === 'string') return { message: cleanMessage(error), param: undefined };
  const said = asObject(error);
  if (!said) return undefined;
  const message = asString(said['message']) ?? asString(said['type']) ?? 'The vendor gave no reason.';
  return { message: cleanMessage(message), param: undefined };
}
