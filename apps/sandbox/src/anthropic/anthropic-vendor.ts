import type { IncomingHttpHeaders } from 'node:http';
import { Refusal, type RefusalKind } from '../core/refusal.ts';
import { RETRY_AFTER_SECONDS, type Vendor } from '../core/vendor.ts';
import type { WrongField } from '../core/wrong-field.ts';

/** See https://platform.claude.com/docs/en/api/errors */
const ERRORS: Readonly<Record<RefusalKind, { status: number; type: string }>> = {
  'invalid-request': { status: 400, type: 'invalid_request_error' },
  unauthenticated: { status: 401, type: 'authentication_error' },
  'unknown-model': { status: 404, type: 'not_found_error' },
  'unknown-path': { status: 404, type: 'not_found_error' },
  'body-too-large': { status: 413, type: 'request_too_large' },
  'not-json': { status: 415, type: 'invalid_request_error' },
  'rate-limited': { status: 429, type: 'rate_limit_error' },
  failed: { status: 500, type: 'api_error' },
};

/** The values of `anthropic-version`; see https://platform.claude.com/docs/en/api/versioning */
const VERSIONS = ['2023-06-01', '2026-10-21'] as const;

export type AnthropicVersion = (typeof VERSIONS)[number];

/** Anthropic's errors are `{"type": "error", "error": {type, message}, "request_id"}`. */
export const ANTHROPIC: Vendor = {
  requestIdHeader: 'request-id',
  jsonContentType: 'application/json',
  refuse: ({ kind, message }, { id }) => {
    const { status, type } = ERRORS[kind];
    return {
      status,
      headers: kind === 'rate-limited' ? { 'retry-after': String(RETRY_AFTER_SECONDS) } : {},
      body: { type: 'error', error: { type, message }, request_id: id },
    };
  },
  unknownModel: (modelId) => new Refusal('unknown-model', `model: ${modelId}`),
  simulated: {
    429: 'This request would exceed your rate limit (simulated).',
    500: 'Internal server error (simulated)',
  },
};

/** A body's first fault in Anthropic's words: `messages.0.role: Field required`. */
export function wrongInput({ path, way, message }: WrongField): Refusal {
  const words = { missing: 'Field required', unknown: 'Extra inputs are not permitted', wrong: message }[way];
  return invalid(`${path.map(String).join('.')}: ${words}`);
}

export const invalid = (message: string) => new Refusal('invalid-request', message);

/** Any key is good, as `x-api-key` or as a Bearer token. */
export function missingAnthropicKey(headers: IncomingHttpHeaders): Refusal | undefined {
  if (Boolean(headers['x-api-key']) || /^Bearer \S+$/i.test(headers.authorization ?? '')) return undefined;
  return new Refusal('unauthenticated', 'x-api-key header is required');
}

/** @throws {Refusal} of a request that says no version, or one that there isn't. */
export function readVersion({ 'anthropic-version': given }: IncomingHttpHeaders): AnthropicVersion {
  if (given === undefined) throw invalid('anthropic-version: header is required');
  const version = VERSIONS.find((known) => known === given);
  if (version === undefined) throw invalid(`anthropic-version: "${String(given)}" is not a valid version`);
  return version;
}
