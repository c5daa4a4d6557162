import cors from '@fastify/cors';
import proxy from '@fastify/http-proxy';
import { toWeirError, WeirError } from '@weir/core/errors';
import { describeFailure } from '@weir/core/failures';
import { newId } from '@weir/core/ids';
import { renderError } from '@weir/dialects/openai-chat';
import fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
} from 'fastify';
import { admit } from './chat/admit.ts';
import { authenticate } from './chat/authenticate.ts';
import { handleChat, type ChatDeps } from './chat/handle-chat.ts';
import { listModels, showModel } from './models/list-models.ts';

export interface ServerDeps extends ChatDeps {
  readonly bodyBytesMax: number;
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
    bodyLimit: deps.bodyBytesMax,
    genReqId: () => newId('request'),
    forceCloseConnections: 'idle',
    // A request of any size has to arrive within this; a stalled upload does not hold a connection for ever.
    requestTimeout: 5 * 60_000,
  });
  server.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
  });
  server.setErrorHandler((thrown, request, reply) => {
    const error = asWeirError(thrown, deps.bodyBytesMax);
    if (error.status >= 500)
      request.log.error(
        { requestId: request.id, ...describeFailure(error.cause ?? error) },
        'A request failed.',
      );
    if (error.retryAfterSeconds !== undefined) reply.header('retry-after', error.retryAfterSeconds);
    return reply.code(error.status).send(renderError(error));
  });
  server.setNotFoundHandler((request, reply) => {
    const error = new WeirError(
      'not_found',
      `There is nothing at ${request.method} ${request.url.split('?')[0]}. Calls go to POST /v1/chat/completions.`,
    );
    return reply.code(error.status).send(renderError(error));
  });

  // Keys, not cookies, authenticate here: a page of any origin may call with the key it was given.
  await server.register(cors, {
    origin: true,
    credentials: false,
    exposedHeaders: ['x-request-id', 'retry-after'],
    maxAge: 86_400,
  });
  await server.register(proxy, { upstream: deps.apiUrl, prefix: '/trpc', rewritePrefix: '/trpc' });

  await server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    // Whatever it is called, the body is JSON: `curl -d` sends it as a form.
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
      try {
        done(null, JSON.parse(body.toString()));
      } catch {
        done(new WeirError('invalid_request', 'The body is not valid JSON.'));
      }
    });
    scope.post('/v1/chat/completions', (request, reply) => handleChat(deps, request, reply));
    scope.get('/v1/models', async (request) => {
      admit(await authenticate(deps.callers, request.headers.authorization), Date.now());
      return listModels(deps.routing.current ?? new Map());
    });
    scope.get<{ Params: { '*': string } }>('/v1/models/*', async (request) => {
      admit(await authenticate(deps.callers, request.headers.authorization), Date.now());
      return showModel(deps.routing.current ?? new Map(), request.params['*']);
    });
  });

  server.get('/healthz', async () => ({ ok: true }));
  server.get('/readyz', async (_request, reply) => {
    const ok = !deps.running.draining && (await deps.isReady());
    return reply.code(ok ? 200 : 503).send({ ok });
  });
  return server;
}

function asWeirError(thrown: unknown, bodyBytesMax: number): WeirError {
  const { code, statusCode, message } = thrown as Partial<FastifyError>;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return new WeirError(
      'request_too_large',
      `The body is larger than ${bodyBytesMax} bytes. Send a shorter prompt or smaller files.`,
    );
  }
  if (!(thrown instanceof WeirError) && statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new WeirError('invalid_request', message ?? 'The request is not valid.');
  }
  return toWeirError(thrown);
}
