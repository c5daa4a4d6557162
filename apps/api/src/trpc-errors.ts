import { TRPCError, type TRPC_ERROR_CODE_KEY, type TRPCDefaultErrorShape } from '@trpc/server';
import { ERRORS, toWeirError, WeirError, type ErrorCode } from '@weir/core/errors';
import { ZodError } from 'zod';
import type { WeirErrorShape } from './error-shape.ts';

const TRPC_CODES = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHORIZED',
  402: 'PAYMENT_REQUIRED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  408: 'TIMEOUT',
  409: 'CONFLICT',
  413: 'PAYLOAD_TOO_LARGE',
  422: 'UNPROCESSABLE_CONTENT',
  429: 'TOO_MANY_REQUESTS',
  499: 'CLIENT_CLOSED_REQUEST',
  500: 'INTERNAL_SERVER_ERROR',
  502: 'BAD_GATEWAY',
  503: 'SERVICE_UNAVAILABLE',
  504: 'GATEWAY_TIMEOUT',
} as const satisfies Record<(typeof ERRORS)[ErrorCode]['status'], TRPC_ERROR_CODE_KEY>;

/** The same error with the tRPC code of its HTTP status. */
export function toTrpcError(error: WeirError): TRPCError {
  return new TRPCError({ code: TRPC_CODES[ERRORS[error.code].status], message: error.message, cause: error });
}

/** Everything that a client is told of an error. Of an unforeseen one that is nothing but that it happened. */
export function shapeError({
  error,
  shape,
}: {
  error: TRPCError;
  shape: TRPCDefaultErrorShape;
}): WeirErrorShape {
  const { cause } = error;
  const data = {
    ...shape.data,
    weirCode: codeOf(error),
    param: null,
    retryAfterSeconds: null,
    fieldErrors: {},
  };
  if (cause instanceof WeirError) {
    const { param = null, retryAfterSeconds = null } = cause;
    return { ...shape, data: { ...data, param, retryAfterSeconds } };
  }
  if (cause instanceof ZodError) return { ...shape, ...describeInput(cause, data) };
  return data.weirCode === 'internal_error'
    ? { ...shape, message: toWeirError(cause).message, data }
    : { ...shape, data };
}

/** What tRPC itself may refuse: an unknown procedure, a body that is no JSON. Everything else is a failure of ours. */
const CODES_OF_TRPC: Partial<Record<TRPC_ERROR_CODE_KEY, ErrorCode>> = {
  PARSE_ERROR: 'invalid_request',
  BAD_REQUEST: 'invalid_request',
  METHOD_NOT_SUPPORTED: 'invalid_request',
  UNSUPPORTED_MEDIA_TYPE: 'invalid_request',
  NOT_FOUND: 'not_found',
  PAYLOAD_TOO_LARGE: 'request_too_large',
  CLIENT_CLOSED_REQUEST: 'client_closed',
};

function codeOf({ cause, code }: TRPCError): ErrorCode {
  return cause instanceof WeirError ? cause.code : (CODES_OF_TRPC[code] ?? 'internal_error');
}

function describeInput(
  error: ZodError,
  data: WeirErrorShape['data'],
): Pick<WeirErrorShape, 'message' | 'data'> {
  const fieldErrors: Record<string, string> = {};
  for (const { path, message } of error.issues) fieldErrors[path.join('.')] ??= message;
  const [param, message] = Object.entries(fieldErrors)[0] ?? ['', 'The input does not fit.'];
  return {
    message: param === '' ? message : `${param}: ${message}`,
    data: { ...data, param: param === '' ? null : param, fieldErrors },
  };
}
