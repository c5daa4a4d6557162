/** What the gateway answers with; see its documentation of errors. */
export type GatewayErrorCode =
  | 'address_not_allowed'
  | 'api_key_disabled'
  | 'api_key_expired'
  | 'api_key_leaked'
  | 'api_key_revoked'
  | 'client_closed'
  | 'conflict'
  | 'forbidden'
  | 'https_required'
  | 'insufficient_credit'
  | 'budget_exceeded'
  | 'internal_error'
  | 'invalid_api_key'
  | 'invalid_request'
  | 'missing_api_key'
  | 'model_not_allowed'
  | 'model_not_found'
  | 'not_found'
  | 'not_signed_in'
  | 'rate_limited'
  | 'reauthentication_required'
  | 'concurrency_limited'
  | 'request_too_large'
  | 'call_too_long'
  | 'client_too_slow'
  | 'reply_too_large'
  | 'reply_untranslatable'
  | 'second_factor_required'
  | 'service_unavailable'
  | 'upstream_error'
  | 'upstream_invalid_reply'
  | 'upstream_key_refused'
  | 'upstream_timeout'
  | 'upstream_truncated'
  | 'upstream_unreachable'
  | 'vendors_full'
  | 'vendors_resting'
  | 'wrong_credentials';

/**
 * What can fail on the client's side of the wire. `connection_failed`: no answer, or it broke off;
 * `invalid_reply`: an answer that is not what the protocol says; `stream_truncated`: a stream that ended without its terminator.
 */
export type ClientErrorCode =
  | 'aborted'
  | 'connection_failed'
  | 'invalid_configuration'
  | 'invalid_reply'
  | 'stream_already_read'
  | 'stream_truncated'
  | 'timed_out';

/** The codes that this version knows; a newer gateway may send others. */
export type WeirErrorCode = GatewayErrorCode | ClientErrorCode | (string & Record<never, never>);

export interface WeirErrorOptions {
  status?: number | undefined;
  param?: string | undefined;
  requestId?: string | undefined;
  details?: Readonly<Record<string, string | number>> | undefined;
  /** By default what the status says, or for a failure on the client's side its code. */
  retryable?: boolean | undefined;
  cause?: unknown;
}

const RETRYABLE_CLIENT_CODES = new Set<string>(['connection_failed', 'stream_truncated', 'timed_out']);

/** The `type` of an error that may pass, as the gateway writes it for every 5xx and 429. */
const RETRYABLE_TYPES = new Set<unknown>(['server_error', 'rate_limit_error']);

const CODES_OF_STATUSES: Readonly<Record<number, GatewayErrorCode>> = {
  401: 'invalid_api_key',
  402: 'insufficient_credit',
  403: 'forbidden',
  404: 'not_found',
  413: 'request_too_large',
  429: 'rate_limited',
  500: 'internal_error',
  503: 'service_unavailable',
  504: 'upstream_timeout',
};

/** Every error that this package throws. */
export class WeirError extends Error {
  override readonly name = 'WeirError';
  /** What happened, for a program to tell errors apart: `insufficient_credit`, `rate_limited`, `timed_out`, … */
  readonly code: WeirErrorCode;
  /** The HTTP status; undefined when there was no answer, or when the error came inside a stream. */
  readonly status: number | undefined;
  /** The request field at fault, e.g. `messages[0].role`. */
  readonly param: string | undefined;
  /** The gateway's id of the request; quote it to support. */
  readonly requestId: string | undefined;
  /** Whether the same call may succeed when it is sent again. */
  readonly retryable: boolean;
  /** Numbers to act on; money is a decimal string in nanoUsd, e.g. `availableNanoUsd` of `insufficient_credit`. */
  readonly details: Readonly<Record<string, string | number>> | undefined;

  constructor(code: WeirErrorCode, message: string, options: WeirErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.status = options.status;
    this.param = options.param;
    this.requestId = options.requestId;
    this.retryable = options.retryable ?? isRetryable(code, options.status);
    this.details = options.details;
  }
}

/** Whether a reply of this status is worth another try: too many requests, a time-out, or a failure behind the gateway. */
export function isRetryableStatus(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

/**
 * The error that a gateway's JSON body `{"error": {…}}` tells of.
 * @returns undefined when the value is no such body.
 */
export function errorFromBody(
  body: unknown,
  context: { status?: number; requestId: string | undefined },
): WeirError | undefined {
  const error = property(body, 'error');
  const message = property(error, 'message');
  if (typeof message !== 'string') return undefined;
  const code = property(error, 'code');
  const param = property(error, 'param');
  return new WeirError(typeof code === 'string' ? code : codeOfStatus(context.status), message, {
    ...context,
    param: typeof param === 'string' ? param : undefined,
    details: detailsOf(property(error, 'details')),
    // Inside a stream there is no status to tell by.
    retryable: context.status === undefined ? RETRYABLE_TYPES.has(property(error, 'type')) : undefined,
  });
}

/** The code for an HTTP error that carries none, such as a proxy's HTML page. */
export function codeOfStatus(status: number | undefined): GatewayErrorCode {
  if (status === undefined) return 'upstream_error';
  return CODES_OF_STATUSES[status] ?? (status >= 500 ? 'upstream_error' : 'invalid_request');
}

function isRetryable(code: string, status: number | undefined): boolean {
  return status === undefined ? RETRYABLE_CLIENT_CODES.has(code) : isRetryableStatus(status);
}

function detailsOf(value: unknown): Record<string, string | number> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const entries = Object.entries(value).filter(
    (entry): entry is [string, string | number] =>
      typeof entry[1] === 'string' || typeof entry[1] === 'number',
  );
  return Object.fromEntries(entries);
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
