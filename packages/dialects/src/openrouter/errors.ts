import type { ErrorCode, WeirError } from '@weir/core/errors';
import type { JsonObject } from '../json.ts';

/** OpenRouter's own words for kinds of errors, as far as ours are the same. */
const TYPES: Readonly<Partial<Record<ErrorCode, string>>> = {
  missing_api_key: 'authentication',
  invalid_api_key: 'authentication',
  api_key_revoked: 'authentication',
  api_key_expired: 'authentication',
  api_key_disabled: 'authentication',
  api_key_leaked: 'authentication',
  insufficient_credit: 'payment_required',
  budget_exceeded: 'payment_required',
  forbidden: 'permission_denied',
  not_found: 'not_found',
  model_not_found: 'not_found',
  request_too_large: 'payload_too_large',
  rate_limited: 'rate_limit_exceeded',
  concurrency_limited: 'rate_limit_exceeded',
  invalid_request: 'invalid_request',
  upstream_error: 'provider_unavailable',
  upstream_invalid_reply: 'provider_unavailable',
  upstream_truncated: 'provider_unavailable',
  upstream_unreachable: 'provider_unavailable',
  vendors_full: 'provider_unavailable',
  vendors_resting: 'provider_unavailable',
  upstream_timeout: 'timeout',
};

/**
 * An error as OpenRouter writes it: its code is the HTTP status. Ours stands in `metadata`.
 * @see https://openrouter.ai/docs/api-reference/errors
 */
export function renderError(error: WeirError): { error: JsonObject } {
  const { code, status, message, param, details } = error;
  const metadata = {
    error_type: TYPES[code] ?? 'server',
    weir_code: code,
    ...(param !== undefined && { param }),
    ...(details && { details }),
  };
  return { error: { code: status, message, metadata } };
}
