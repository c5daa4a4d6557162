import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import cors from '@fastify/cors';
import proxy from '@fastify/http-proxy';
import { API_KEY_PREFIX } from '@weir/core/api-key';
import { WeirError } from '@weir/core/errors';
import { newId } from '@weir/core/ids';
import { requireUsableKey } from '@weir/core/usable-key';
import { DIALECTS } from '@weir/dialects/dialects';
import fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import { authenticate } from './chat/authenticate.ts';
import { handleCall, type CallDeps } from './chat/handle-call.ts';
import { addressOf } from './http/address-of.ts';
import { asWeirError, logFailure } from './http/as-weir-error.ts';
import { dialectOfRequest, renderRequestError } from './http/call-endpoint.ts';
import { callServer } from './http/call-server.ts';
import { cameByHttp } from './http/came-by-http.ts';
import { presentedKey } from './http/presented-key.ts';
import type { ArrivalTimeouts } from '@weir/settings/http-limits';
import { KEEP_TO_HTTPS } from '@weir/settings/keep-to-https';
import { answerMalformed } from '@weir/settings/malformed-request';
import { EXPOSED_HEADERS, INERT } from './http/reply-headers.ts';
import { modelRoutes, type ModelRoutesDeps } from './models/model-routes.ts';

export interface ServerDeps extends CallDeps, ModelRoutesDeps {
  readonly apiUrl: string;
  readonly arrival: ArrivalTimeouts;
  /** Whether programs reach it by https alone. */
  readonly isHttps: boolean;
  /** Whether a request that came unencrypted is refused. */
  readonly refusesPlainHttp: boolean;
  /** Whether calls can be served now. */
  isReady(): Promise<boolean>;
}

/** What the api answers, so that a program needs one address. */
const API_PATHS = ['/trpc', '/v1/credits', '/v1/generation', '/v1/key', '/v1/keys'];

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
        answer: (exchange) => handleCall(deps, exchange),
        rest,
        log: deps.log,
        arrival: deps.arrival,
        isHttps: deps.isHttps,
        isPlainHttp: (request) => deps.refusesPlainHttp && cameByHttp(request, deps.trustedProxies),
      }),
    clientErrorHandler: (error, socket) => refuseMalformed(error, socket, deps.isHttps),
    frameworkErrors: (thrown, request, reply) => {
      const error = asWeirError(thrown);
      const headers = {
        ...INERT,
        'content-type': 'application/json; charset=utf-8',
        'x-request-id': request.id,
      };
      const body = renderRequestError(request.raw, error, request.id);
      reply.raw.writeHead(error.status, headers).end(JSON.stringify(body));
    },
  });
  server.addHook('onRequest', async (request, reply) => {
    reply.headers({ 'x-request-id': request.id, ...INERT });
  });
  server.setErrorHandler((thrown, request, reply) => {
    const error = asWeirError(thrown);
    logFailure(request.log, request.id, error);
    if (error.retryAfterSeconds !== undefined) reply.header('retry-after', error.retryAfterSeconds);
    // The rest of the body is not wanted.
    if (error.status === 413) reply.header('connection', 'close');
    return reply.code(error.status).send(renderRequestError(request.raw, error, request.id));
  });
  server.setNotFoundHandler((request, reply) => {
    const error = new WeirError(
      'not_found',
      `There is nothing at ${request.method} ${request.url.split('?')[0]}. Calls go to POST /v1/chat/completions, /v1/responses, /v1/messages and /v1beta/models/{model}:generateContent.`,
    );
    return reply.code(error.status).send(renderRequestError(request.raw, error, request.id));
  });

  await server.register(cors, {
    origin: '*',
    credentials: false,
    methods: ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE'],
    exposedHeaders: EXPOSED_HEADERS,
    maxAge: 86_400,
    strictPreflight: false,
  });
  await forwardToApi(server, deps);
  await server.register(async (scope) => modelRoutes(scope, deps));

  server.get('/healthz', async () => ({ ok: true }));
  server.get('/readyz', async (_request, reply) => {
    const ok = !deps.running.draining && (await deps.isReady());
    return reply.code(ok ? 200 : 503).send({ ok });
  });
  return server;
}

/**
 * Where an API key comes from is judged here, as for a call: the api sees only this relay. A session is the api's matter.
 * Pages of any origin may call the relay, and so reach the api with a key alone: else they could have their visitors guess
 * passwords, each from an address of its own.
 */
async function admitKey(deps: ServerDeps, request: IncomingMessage): Promise<void> {
  const key = presentedKey(request);
  if (key?.startsWith(API_KEY_PREFIX) !== true) {
    if (request.headers.origin === undefined) return;
    throw new WeirError('missing_api_key', 'A page may ask this with an API key only.');
  }
  const address = () => addressOf(request, deps.trustedProxies);
  try {
    const dialect = dialectOfRequest(request).name;
    const caller = await authenticate(deps.callers, { key, dialect, address, connection: request.socket });
    requireUsableKey(caller, Date.now(), address);
  } catch (thrown) {
    const { code } = asWeirError(thrown);
    // Whatever else is wrong with the key, the api says it in the words of its own protocol.
    if (code === 'rate_limited' || code === 'address_not_allowed') throw thrown;
  }
}

/** What the api answers is reached through the relay, so that a program needs one base URL. */
async function forwardToApi(server: FastifyInstance, deps: ServerDeps): Promise<void> {
  await server.register(async (scope) => {
    scope.addHook('preHandler', async (request) => admitKey(deps, request.raw));
    for (const prefix of API_PATHS) {
      await scope.register(proxy, {
        upstream: deps.apiUrl,
        prefix,
        rewritePrefix: prefix,
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
    }
  });
  await server.register(proxy, {
    upstream: deps.apiUrl,
    prefix: '/v1/leaked-keys',
    rewritePrefix: '/v1/leaked-keys',
    httpMethods: ['POST'],
  });
}

/** What does not even parse as HTTP gets an answer of the same shape. */
function refuseMalformed(error: Error, socket: Socket, isHttps: boolean): void {
  const requestId = newId('request');
  answerMalformed(error, socket, (message) => ({
    headers: Object.entries({
      ...(isHttps && KEEP_TO_HTTPS),
      ...INERT,
      'content-type': 'application/json; charset=utf-8',
      'x-request-id': requestId,
    }),
    body: JSON.stringify(
      DIALECTS['openai-chat'].renderError(new WeirError('invalid_request', message), requestId),
    ),
  }));
}
