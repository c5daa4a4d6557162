/**
 * Every error that a caller can be told of. The table is the only place that decides the HTTP status and whether
 * the same call may succeed when it is sent again; each dialect renders the code in its own shape.
 */
export const ERRORS = {
  invalid_request: { status: 400, retryable: false },
  missing_api_key: { status: 401, retryable: false },
  invalid_api_key: { status: 401, retryable: false },
  api_key_revoked: { status: 401, retryable: false },
  api_key_expired: { status: 401, retryable: false },
  api_key_disabled: { status: 401, retryable: false },
  /** It was found in public. */
  api_key_leaked: { status: 401, retryable: false },
  not_signed_in: { status: 401, retryable: false },
  wrong_credentials: { status: 401, retryable: false },
  insufficient_credit: { status: 402, retryable: false },
  budget_exceeded: { status: 402, retryable: false },
  forbidden: { status: 403, retryable: false },
  model_not_allowed: { status: 403, retryable: false },
  address_not_allowed: { status: 403, retryable: false },
  https_required: { status: 403, retryable: false },
  /** For a person who proved who they are too long ago for what they ask. */
  reauthentication_required: { status: 403, retryable: false },
  /** For staff, where the operator wants a second factor of them. */
  second_factor_required: { status: 403, retryable: false },
  not_found: { status: 404, retryable: false },
  model_not_found: { status: 404, retryable: false },
  client_too_slow: { status: 408, retryable: false },
  conflict: { status: 409, retryable: false },
  request_too_large: { status: 413, retryable: false },
  call_too_long: { status: 422, retryable: false },
  reply_too_large: { status: 422, retryable: false },
  reply_untranslatable: { status: 422, retryable: false },
  rate_limited: { status: 429, retryable: true },
  concurrency_limited: { status: 429, retryable: true },
  client_closed: { status: 499, retryable: false },
  internal_error: { status: 500, retryable: true },
  upstream_error: { status: 502, retryable: true },
  upstream_invalid_reply: { status: 502, retryable: true },
  upstream_key_refused: { status: 502, retryable: true },
  upstream_truncated: { status: 502, retryable: true },
  upstream_unreachable: { status: 502, retryable: true },
  service_unavailable: { status: 503, retryable: true },
  /** Nobody was called: the model's vendors rest after failures. */
  vendors_resting: { status: 503, retryable: true },
  /** Nobody was called: the model's vendors have as many calls under way as they may. */
  vendors_full: { status: 503, retryable: true },
  upstream_timeout: { status: 504, retryable: true },
} as const satisfies Record<string, { status: number; retryable: boolean }>;

export type ErrorCode = keyof typeof ERRORS;

export interface WeirErrorOptions {
  /** The request field at fault, e.g. `messages[0].role`. */
  param?: string | undefined;
  /** What a program needs to act on the error; numbers of money are decimal strings in nanoUsd. */
  details?: Readonly<Record<string, string | number>> | undefined;
  /** Seconds after which a new try makes sense. */
  retryAfterSeconds?: number | undefined;
  cause?: unknown;
}

/** The one error class. `message` is written for the caller: what happened, and what to do. */
export class WeirError extends Error {
  override readonly name = 'WeirError';
  readonly code: ErrorCode;
  readonly status: number;
  readonly retryable: boolean;
  readonly param: string | undefined;
  readonly details: Readonly<Record<string, string | number>> | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, message: string, options: WeirErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.status = ERRORS[code].status;
    this.retryable = ERRORS[code].retryable;
    this.param = options.param;
    this.details = options.details;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** Anything thrown, as a `WeirError`: what is unknown becomes `internal_error`, with nothing of its text shown. */
export function toWeirError(thrown: unknown): WeirError {
  if (thrown instanceof WeirError) return thrown;
  return new WeirError(
    'internal_error',
    'Something failed inside the gateway. Try again; if it stays, contact support with the request id.',
    {
      cause: thrown,
    },
  );
}
