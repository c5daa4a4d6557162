import type { WeirError } from '@weir/core/errors';
import type { SseMessage } from '../dialect.ts';
import { asObject, asString, type JsonObject } from '../json.ts';
import { vendorError, type VendorError, type VendorFault } from '../vendor-error.ts';

/** By HTTP status. `overloaded_error` goes with 529 at Anthropic's; the gateway answers 503. */
const ERROR_TYPES: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  503: 'overloaded_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

/**
 * An error as Anthropic's API writes it. Its `details` are where Anthropic's clients look for a code; beside ours they
 * hold what a program needs to act on the error.
 * @see https://platform.claude.com/docs/en/api/errors
 */
export function renderError(error: WeirError, requestId: string): JsonObject {
  const { code, status, message, param, details } = error;
  return {
    type: 'error',
    error: {
      type: ERROR_TYPES[status] ?? (status >= 500 ? 'api_error' : 'invalid_request_error'),
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

/** @returns undefined when the value is no error object: nothing that has an `error`, in words or with a message. */
export function readVendorError(json: unknown): VendorError | undefined {
  const error = asObject(json)?.['error'];
  if (typeof error === 'string') return vendorError(error);
  const said = asObject(error);
  if (!said) return undefined;
  const [type, message] = [asString(said['type']), asString(said['message'])];
  return vendorError(message ?? type, undefined, faultOf(type, message));
}

const FAULTS: Readonly<Record<string, VendorFault>> = {
  invalid_request_error: 'request',
  request_too_large: 'request',
  authentication_error: 'key',
  billing_error: 'key',
  permission_error: 'key',
  rate_limit_error: 'limit',
};

/** An account without credit is told so with status 400, as an `invalid_request_error`: nothing but its words says which. */
const NO_CREDIT = /\bcredit balance is too low\b/i;

function faultOf(type: string | undefined, message: string | undefined): VendorFault | undefined {
  return NO_CREDIT.test(message ?? '') ? 'key' : FAULTS[type ?? ''];
}
