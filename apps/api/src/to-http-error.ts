import { toWeirError, WeirError } from '@weir/core/errors';
import type { FastifyError } from 'fastify';

/** What fails outside of tRPC, as its client is told of it. */
export function toHttpError(thrown: FastifyError | WeirError): WeirError {
  if (thrown instanceof WeirError) return thrown;
  const { statusCode = 500 } = thrown;
  if (statusCode === 413) return new WeirError('request_too_large', 'The request body is too large.');
  if (statusCode < 500) return new WeirError('invalid_request', 'The request could not be read.');
  return toWeirError(thrown);
}
