import { WeirError } from '@weir/core/errors';
import { hasTooManyHeaders } from '@weir/settings/http-limits';
import type { FastifyInstance } from 'fastify';

/** Every answer is data for a program. Opened in a browser it does nothing, and no page of another site can have it. */
const HEADERS = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
} as const;

/** What holds for all requests, before anything is made of them. */
export function guardRequests(server: FastifyInstance): void {
  server.addHook('onRequest', async (request, reply) => {
    reply.headers(HEADERS);
    if (!hasTooManyHeaders(request.raw)) return;
    const { code, message } = new WeirError('invalid_request', 'The request has too many headers.');
    await reply.code(431).header('connection', 'close').send({ error: { code, message } });
  });
}
