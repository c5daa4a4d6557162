import { toWeirError, WeirError } from '@weir/core/errors';
import { describeFailure } from '@weir/core/failures';
import { isDatabaseUnavailable } from '@weir/db/unavailable';
import type { FastifyError } from 'fastify';
import type { Logger } from 'pino';

const RETRY_AFTER_SECONDS = 2;

/** What a request failed with, as its client is told of it. */
export function asWeirError(thrown: unknown): WeirError {
  if (thrown instanceof WeirError) return thrown;
  if (isDatabaseUnavailable(thrown)) {
    return new WeirError(
      'service_unavailable',
      'The gateway’s database can’t be reached. Try again in a moment.',
      {
        retryAfterSeconds: RETRY_AFTER_SECONDS,
        cause: thrown,
      },
    );
  }
  return ofTheFramework(thrown as Partial<FastifyError>) ?? toWeirError(thrown);
}

/** In words of our own: the framework's say the whole address, in which a key may stand. */
function ofTheFramework({ statusCode = 500 }: Partial<FastifyError>): WeirError | undefined {
  if (statusCode === 413) return new WeirError('request_too_large', 'The request body is too large.');
  if (statusCode < 400 || statusCode >= 500) return undefined;
  return new WeirError(
    'invalid_request',
    'The request could not be read: its address, a header or its body is malformed.',
  );
}

/** Tells the operator of a request that failed through no fault of its caller's. */
export function logFailure(log: Pick<Logger, 'error'>, requestId: string, error: WeirError): void {
  if (error.status < 500) return;
  log.error({ requestId, ...describeFailure(error.cause ?? error) }, 'A request failed.');
}
