import type { Socket } from 'node:net';
import cors from '@fastify/cors';
import proxy from '@fastify/http-proxy';
import { WeirError } from '@weir/core/errors';
import { newId } from '@weir/core/ids';
import { DIALECTS } from '@weir/dialects/dialects';
import fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import { handleChat, type ChatDeps } from './chat/handle-chat.ts';
import { asWeirError, logFailure } from './http/as-weir-error.ts';
import { dialectOfRequest } from './http/call-endpoint.ts';
import { callServer } from './http/call-server.ts';
import { EXPOSED_HEADERS } from './http/reply-headers.ts';
import { modelRoutes, type ModelRoutesDeps } from './models/model-routes.ts';

export interface ServerDeps extends ChatDeps, ModelRoutesDeps {
  readonly apiUrl: string;
  /** Whether calls can be served now. */
  isReady(): Promise<boolean>;
}

/** The public API host. Nothing here logs a URL, a header or a body: keys and prompts travel in them. */
export async function buildServer(deps: ServerDeps): Promise<FastifyInstance> {
  const log: FastifyBaseLogger = deps.log;
  const server = fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => newId('request'),
    forceCloseConnections: 'idle',
    serverFactory: (rest) =>
      callServer({
        answer: (exchange) => handleChat(deps, exchange),
        rest,
        log: deps.log,
      }),
    clientErrorHandler: answerMalformed,
    frameworkErrors: (thrown, request, reply) => {
      const error = asWeirError(thrown);
      const headers = { 'content-type': 'application/json; charset=utf-8', 'x-request-id': request.id };
      const body = dialectOfRequest(request).renderError(error, request.id);
      reply.raw.writeHead(error.status, headers).end(JSON.stringify(body));
    },
  });
  server.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
  });
  server.setErrorHandler((thrown, request, reply) => {
    const error = asWeirError(thrown);
    logFailure(request.log, request.id, error);
    if (error.retryAfterSeconds !== undefined) reply.header('retry-after', error.retryAfterSeconds);
    // The rest of the body is not wanted.
    if (error.status === 413) reply.header('connection', 'close');
    return reply.code(error.status).send(dialectOfRequest(request.raw).renderError(error, request.id));
  });
  server.setNotFoundHandler((request, reply) => {
    const error = new WeirError(
      'not_found',
      `There is nothing at ${request.method} ${request.url.split('?')[0]}. Calls go to POST /v1/chat/completions, /v1/responses, /v1/messages and /v1beta/models/{model}:generateContent.`,
    );
    return reply.code(error.status).send(dialectOfRequest(request.raw).renderError(error, request.id));
  });

  await server.register(cors, {
    origin: '*',
    credentials: false,
    exposedHeaders: EXPOSED_HEADERS,
    maxAge: 86_400,
    strictPreflight: false,
  });
  await server.register(proxy, {
    upstream: deps.apiUrl,
    prefix: '/trpc',
    rewritePrefix: '/trpc',
    // These speak of the connection to the api, not of the client's.
    replyOptions: {
      rewriteHeaders: ({ connection: _c, 'keep-alive': _k, ...headers }) => headers,
      // As every proxy does: what the client said, and then who the client is.
      rewriteRequestHeaders: ({ socket }, headers) => ({
        ...headers,
        'x-forwarded-for': [headers['x-forwarded-for'], socket.remoteAddress]
          .flat()
          .filter(Boolean)
          .join(', '),
      }),
    },
  });

  await server.register(async (scope) => modelRoutes(scope, deps));

  server.get('/healthz', async () => ({ ok: true }));
  server.get('/readyz', async (_request, reply) => {
    const ok = !deps.running.draining && (await deps.isReady());
    return reply.code(ok ? 200 : 503).send({ ok });
  });
  return server;
}

/** What does not even parse as HTTP gets an answer of the same shape. */
function answerMalformed(error: Error & { code?: string }, socket: Socket): void {
  if (!socket.writable) return;
  const tooLong = error.code === 'HPE_HEADER_OVERFLOW';
  const message = tooLong ? 'The headers are too long.' : 'This is not a well-formed HTTP request.';
  const requestId = newId('request');
  const refusal = new WeirError('invalid_request', message);
  const body = JSON.stringify(DIALECTS['openai-chat'].renderError(refusal, requestId));
  socket.end(
    `HTTP/1.1 ${tooLong ? '431 Request Header Fields Too Large' : '400 Bad Request'}\r\nconnection: close\r\n` +
      `content-type: application/json; charset=utf-8\r\nx-request-id: ${requestId}\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
