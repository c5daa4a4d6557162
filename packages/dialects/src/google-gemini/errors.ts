import type { WeirError } from '@weir/core/errors';
import type { SseMessage } from '../dialect.ts';
import { asArray, asObject, asString, type JsonObject } from '../json.ts';
import { vendorError, type VendorError, type VendorFault } from '../vendor-error.ts';

/** The words of `google.rpc.Code`, by the HTTP status that each is sent with. */
const STATUS_WORDS: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  402: 'FAILED_PRECONDITION',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  408: 'DEADLINE_EXCEEDED',
  409: 'ABORTED',
  413: 'INVALID_ARGUMENT',
  422: 'FAILED_PRECONDITION',
  429: 'RESOURCE_EXHAUSTED',
  499: 'CANCELLED',
  500: 'INTERNAL',
  502: 'UNAVAILABLE',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

/**
 * Our code is the `reason`, the rest of what a program needs is the `metadata`, whose values are strings.
 * @see https://cloud.google.com/apis/design/errors
 */
export function renderError(error: WeirError, requestId: string): JsonObject {
  const { code, status, message, param, details, retryAfterSeconds } = error;
  const metadata: Record<string, string> = { request_id: requestId };
  if (param !== undefined) metadata['param'] = param;
  for (const [name, value] of Object.entries(details ?? {})) metadata[name] = String(value);
  const info = {
    '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
    reason: code,
    domain: 'weir',
    metadata,
  };
  const retry = {
    '@type': 'type.googleapis.com/google.rpc.RetryInfo',
    retryDelay: `${retryAfterSeconds}s`,
  };
  return {
    error: {
      code: status,
      message,
      status: STATUS_WORDS[status] ?? 'INTERNAL',
      details: retryAfterSeconds === undefined ? [info] : [info, retry],
    },
  };
}

/** Google's clients look for an `error` in each message of a stream. */
export function renderStreamError(error: WeirError, requestId: string): SseMessage {
  return { data: JSON.stringify(renderError(error, requestId)) };
}

/**
 * An error stands alone, or as the only item of a list, as it does where a stream was asked for without `alt=sse`.
 * @returns undefined when the value is no error object.
 */
export function readVendorError(json: unknown): VendorError | undefined {
  const value = asObject(Array.isArray(json) ? json[0] : json)?.['error'];
  if (typeof value === 'string') return vendorError(value);
  const error = asObject(value);
  if (!error) return undefined;
  const details = asArray(error['details']);
  const said = vendorError(
    asString(error['message']),
    fieldAtFault(details),
    faultOf(error['status'], details),
  );
  const retryAfterSeconds = retryDelayIn(details);
  return retryAfterSeconds === undefined ? said : { ...said, retryAfterSeconds };
}

/** A duration is written as its seconds, such as `37s` or `0.250s`. @see https://protobuf.dev/programming-guides/json/ */
const DURATION = /^(\d{1,12}(?:\.\d{1,9})?)s$/;

/** What is spent is told in a `RetryInfo` alone: Google sends no `retry-after`. */
function retryDelayIn(details: readonly unknown[]): number | undefined {
  for (const detail of details) {
    const [, seconds] = DURATION.exec(asString(asObject(detail)?.['retryDelay']) ?? '') ?? [];
    if (seconds !== undefined) return Number(seconds);
  }
  return undefined;
}

/**
 * `FAILED_PRECONDITION` says that the account has no billing, or may not be used from where the gateway is.
 * @see https://ai.google.dev/gemini-api/docs/troubleshooting
 */
const FAULTS: Readonly<Record<string, VendorFault>> = {
  INVALID_ARGUMENT: 'request',
  FAILED_PRECONDITION: 'key',
  UNAUTHENTICATED: 'key',
  PERMISSION_DENIED: 'key',
  RESOURCE_EXHAUSTED: 'limit',
};

/** A key that is none is told so with status 400, as an `INVALID_ARGUMENT`; an `ErrorInfo` says that it is the key. */
function faultOf(status: unknown, details: readonly unknown[]): VendorFault | undefined {
  const aboutKey = details.some((detail) => asString(asObject(detail)?.['reason'])?.startsWith('API_KEY_'));
  return aboutKey ? 'key' : FAULTS[asString(status) ?? ''];
}

/** @see https://cloud.google.com/apis/design/errors#error_payloads */
function fieldAtFault(details: readonly unknown[]): string | undefined {
  for (const detail of details) {
    const [violation] = asArray(asObject(detail)?.['fieldViolations']);
    const field = asString(asObject(violation)?.['field']);
    if (field !== undefined && field !== '') return field;
  }
  return undefined;
}
