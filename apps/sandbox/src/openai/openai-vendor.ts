import { Refusal, type RefusalKind } from '../core/refusal.ts';
import { RETRY_AFTER_SECONDS, type Vendor } from '../core/vendor.ts';
import { bracketPath, type WrongField } from '../core/wrong-field.ts';

/** See https://platform.openai.com/docs/guides/error-codes */
const ERRORS: Readonly<Record<RefusalKind, { status: number; type: string; code: string | null }>> = {
  'invalid-request': { status: 400, type: 'invalid_request_error', code: null },
  unauthenticated: { status: 401, type: 'invalid_request_error', code: null },
  'unknown-model': { status: 404, type: 'invalid_request_error', code: 'model_not_found' },
  'unknown-path': { status: 404, type: 'invalid_request_error', code: null },
  'body-too-large': { status: 413, type: 'invalid_request_error', code: null },
  'not-json': { status: 415, type: 'invalid_request_error', code: null },
  'rate-limited': { status: 429, type: 'requests', code: 'rate_limit_exceeded' },
  failed: { status: 500, type: 'server_error', code: null },
};

/** OpenAI's errors are `{"error": {message, type, param, code}}`. */
export const OPENAI: Vendor = {
  requestIdHeader: 'x-request-id',
  jsonContentType: 'application/json',
  refuse: ({ kind, message, param, code }) => {
    const { status, type, code: kindsCode } = ERRORS[kind];
    return {
      status,
      headers: kind === 'rate-limited' ? { 'retry-after': String(RETRY_AFTER_SECONDS) } : {},
      body: { error: { message, type, param, code: code ?? kindsCode } },
    };
  },
  unknownModel: (modelId) =>
    new Refusal('unknown-model', `The model \`${modelId}\` does not exist or you do not have access to it.`),
  simulated: {
    429: `Rate limit reached (simulated). Please try again in ${RETRY_AFTER_SECONDS}s.`,
    500: 'The server had an error while processing your request (simulated).',
  },
};

/** A body's first fault in OpenAI's words, which name the parameter: `messages[0].role`. */
export function wrongParameter({ path, way, message }: WrongField): Refusal {
  const param = bracketPath(path);
  switch (way) {
    case 'missing':
      return new Refusal('invalid-request', `Missing required parameter: '${param}'.`, {
        param,
        code: 'missing_required_parameter',
      });
    case 'unknown':
      return new Refusal('invalid-request', `Unknown parameter: '${param}'.`, {
        param,
        code: 'unknown_parameter',
      });
    case 'wrong':
      return new Refusal('invalid-request', `Invalid value for '${param}': ${message}.`, {
        param,
        code: 'invalid_value',
      });
  }
}

/** Any Bearer token is good. */
export function missingOpenAiKey(authorization: string | undefined): Refusal | undefined {
  if (/^Bearer \S+$/i.test(authorization ?? '')) return undefined;
  return new Refusal(
    'unauthenticated',
    "You didn't provide an API key. Provide one in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY); the sandbox takes any.",
  );
}
