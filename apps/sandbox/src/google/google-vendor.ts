import type { IncomingHttpHeaders } from 'node:http';
import { Refusal, type RefusalKind } from '../core/refusal.ts';
import { RETRY_AFTER_SECONDS, type Vendor } from '../core/vendor.ts';
import { bracketPath, type WrongField } from '../core/wrong-field.ts';

/** See https://ai.google.dev/gemini-api/docs/troubleshooting and https://cloud.google.com/apis/design/errors */
const ERRORS: Readonly<Record<RefusalKind, { code: number; status: string }>> = {
  'invalid-request': { code: 400, status: 'INVALID_ARGUMENT' },
  unauthenticated: { code: 403, status: 'PERMISSION_DENIED' },
  'unknown-model': { code: 404, status: 'NOT_FOUND' },
  'unknown-path': { code: 404, status: 'NOT_FOUND' },
  'body-too-large': { code: 400, status: 'INVALID_ARGUMENT' },
  'not-json': { code: 400, status: 'INVALID_ARGUMENT' },
  'rate-limited': { code: 429, status: 'RESOURCE_EXHAUSTED' },
  failed: { code: 500, status: 'INTERNAL' },
};

const TYPE_URL = 'type.googleapis.com/google.rpc.';

/**
 * Google's errors are `{"error": {code, message, status, details}}`, in an array where a stream would be one. When
 * to come back is said in the details, not in a header.
 */
export const GOOGLE: Vendor = {
  requestIdHeader: undefined,
  jsonContentType: 'application/json; charset=UTF-8',
  refuse: (refusal, { url }) => {
    const { code, status } = ERRORS[refusal.kind];
    const details = detailsOf(refusal);
    const body = {
      error: { code, message: refusal.message, status, ...(details.length > 0 && { details }) },
    };
    return { status: code, headers: {}, body: streamsAsArray(url) ? [body] : body };
  },
  unknownModel: (modelId) =>
    new Refusal(
      'unknown-model',
      `models/${modelId} is not found for API version v1beta, or is not supported for generateContent. Call ListModels to see the list of available models and their supported methods.`,
    ),
  simulated: {
    429: 'You exceeded your current quota (simulated). Please retry in 1s.',
    500: 'An internal error has occurred (simulated).',
  },
};

/** Whether what answers a URL is a JSON array: a stream that was not asked for as server-sent events. */
export function streamsAsArray(url: string): boolean {
  const { pathname, searchParams } = new URL(url, 'http://sandbox');
  return pathname.endsWith(':streamGenerateContent') && searchParams.get('alt') !== 'sse';
}

/** A body's first fault in Google's words, which write a field's name as the protocol buffers do. */
export function wrongValue({ path, way, message }: WrongField): Refusal {
  const parent = snakePath(path.slice(0, -1));
  const at = parent === '' ? '' : ` at '${parent}'`;
  const field = snakePath(path);
  switch (way) {
    case 'unknown': {
      const name = String(path.at(-1));
      const words = `Invalid JSON payload received. Unknown name "${name}"${at}: Cannot find field.`;
      return new Refusal('invalid-request', words, { param: parent });
    }
    case 'missing':
      return invalidArgument(`* GenerateContentRequest.${field}: ${field} is not specified\n`);
    case 'wrong':
      return new Refusal('invalid-request', `Invalid value at '${field}': ${message}`, { param: field });
  }
}

export const invalidArgument = (message: string) => new Refusal('invalid-request', message);

/** Any key is good, in the header or in the query. */
export function missingGoogleKey(headers: IncomingHttpHeaders, url: string): Refusal | undefined {
  if (headers['x-goog-api-key'] || new URL(url, 'http://sandbox').searchParams.get('key')) return undefined;
  return new Refusal(
    'unauthenticated',
    "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API.",
  );
}

function detailsOf({ kind, message, param }: Refusal): object[] {
  if (kind === 'rate-limited') {
    return [{ '@type': `${TYPE_URL}RetryInfo`, retryDelay: `${RETRY_AFTER_SECONDS}s` }];
  }
  if (param === null) return [];
  return [{ '@type': `${TYPE_URL}BadRequest`, fieldViolations: [{ field: param, description: message }] }];
}

function snakePath(path: readonly PropertyKey[]): string {
  return bracketPath(
    path.map((key) =>
      typeof key === 'string' ? key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) : key,
    ),
  );
}
