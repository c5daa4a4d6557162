import type { FastifyError, FastifyInstance } from 'fastify';
import { Refusal } from './refusal.ts';
import type { Vendor } from './vendor.ts';

/** The largest request body that is read. */
export const BODY_BYTES_MAX = 64 * 1024 * 1024;

/** From here on, the errors of an app, or of a part of it, have the shape of one vendor. */
export function refuseAs(vendor: Vendor, app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError | Refusal, request, reply) => {
    const { status, headers, body } = vendor.refuse(toRefusal(error), { id: request.id, url: request.url });
    // The error itself is not logged: a parser's message quotes the body.
    request.log.debug({ status, requestId: request.id }, 'refused');
    if (vendor.requestIdHeader !== undefined) reply.header(vendor.requestIdHeader, request.id);
    return reply.code(status).headers(headers).type(vendor.jsonContentType).send(JSON.stringify(body));
  });
}

function toRefusal(error: FastifyError | Refusal): Refusal {
  if (error instanceof Refusal) return error;
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new Refusal('body-too-large', `The request body is larger than ${BODY_BYTES_MAX} bytes.`);
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new Refusal('not-json', 'Send the request as JSON, with Content-Type: application/json.');
  }
  if (error.statusCode !== undefined && error.statusCode < 500) {
    return new Refusal('invalid-request', 'We could not parse the JSON body of your request.');
  }
  return new Refusal('failed', 'The sandbox failed.');
}
