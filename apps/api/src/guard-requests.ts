import type { Socket } from 'node:net';
import { WeirError } from '@weir/core/errors';
import { hasTooManyHeaders } from '@weir/settings/http-limits';
import { KEEP_TO_HTTPS } from '@weir/settings/keep-to-https';
import { answerMalformed } from '@weir/settings/malformed-request';
import type { FastifyInstance } from 'fastify';

/** Every answer is data for a program. Opened in a browser it does nothing, and no page of another site can have it. */
const HEADERS = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
} as const;

export type GuardHeaders = Readonly<Record<string, string>>;

/** Of every answer. @param webUrl where people come; by https, what serves it keeps to that. */
export function guardHeaders(webUrl: string): GuardHeaders {
  return webUrl.startsWith('https:') ? { ...HEADERS, ...KEEP_TO_HTTPS } : HEADERS;
}

/** What holds for all requests, before anything is made of them. */
export function guardRequests(server: FastifyInstance, headers: GuardHeaders): void {
  server.addHook('onRequest', async (request, reply) => {
    reply.headers(headers);
    if (!hasTooManyHeaders(request.raw)) return;
    const error = new WeirError('invalid_request', 'The request has too many headers.');
    await reply.code(431).header('connection', 'close').send(errorBody(error));
  });
}

/** What does not even parse as HTTP, and so never comes to be a request. */
export function refuseMalformed(error: Error, socket: Socket, headers: GuardHeaders): void {
  answerMalformed(error, socket, (message) => ({
    headers: Object.entries({ ...headers, 'content-type': 'application/json; charset=utf-8' }),
    body: JSON.stringify(errorBody(new WeirError('invalid_request', message))),
  }));
}

/** How an error outside of tRPC is told. */
export function errorBody({ code, message }: WeirError) {
  return { error: { code, message } };
}
