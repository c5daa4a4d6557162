import { randomUUID } from 'node:crypto';
import fastify, {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  LogController,
} from 'fastify';
import { ApiError } from './api-error.ts';
import { handleChat, modelNotFound } from './handle-chat.ts';
import { MODELS, OWNED_BY } from './models.ts';
import { Tally, type TallyEntry } from './tally.ts';

/** The largest request body that is read. */
export const BODY_BYTES_MAX = 64 * 1024 * 1024;

/** `created` of every model, in seconds since 1970: 2026-01-01. */
const MODELS_CREATED = 1_767_225_600;

export interface SandboxOptions {
  logger?: FastifyBaseLogger;
  /** Called once per chat request that was understood, when its reply is over in whatever way. */
  onServed?: (entry: Readonly<TallyEntry>) => void;
}

/**
 * A simulated vendor that speaks OpenAI's chat-completions protocol; see the package's README for its models and
 * headers. Not listening yet: `await sandbox.listen({ port: 0 })`. Closing it ends every connection at once.
 */
export function buildSandbox({ logger, onServed = () => {} }: SandboxOptions = {}): FastifyInstance {
  const app = fastify({
    ...(logger !== undefined && { loggerInstance: logger }),
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_BYTES_MAX,
    forceCloseConnections: true,
    genReqId: () => `req_${randomUUID().replaceAll('-', '')}`,
  });
  const tally = new Tally();

  app.setErrorHandler((error: FastifyError, request, reply) => {
    const known = toApiError(error);
    // The error itself is not logged: a parser's message quotes the body.
    request.log.debug({ status: known.status, code: known.code, requestId: request.id }, 'refused');
    return reply.code(known.status).header('x-request-id', request.id).send(known.toJSON());
  });
  app.setNotFoundHandler((request) => {
    throw new ApiError(404, `Invalid URL (${request.method} ${request.url.split('?')[0]})`);
  });

  app.get('/healthz', () => ({ status: 'ok' }));
  app.get<{ Querystring: { request?: string; prefix?: string } }>('/sandbox/tally', ({ query }) =>
    tally.snapshot({ name: query.request, prefix: query.prefix }),
  );
  app.register(
    (v1, _options, done) => {
      v1.addHook('onRequest', (request, _reply, next) => next(missingKey(request.headers.authorization)));
      v1.get('/models', () => ({ object: 'list', data: Object.keys(MODELS).map(modelBody) }));
      v1.get<{ Params: { '*': string } }>('/models/*', (request) => {
        const id = request.params['*'];
        if (MODELS[id] === undefined) throw modelNotFound(id);
        return modelBody(id);
      });
      v1.post('/chat/completions', (request, reply) => handleChat(request, reply, tally, onServed));
      done();
    },
    { prefix: '/v1' },
  );
  return app;
}

function modelBody(id: string): object {
  return { id, object: 'model', created: MODELS_CREATED, owned_by: OWNED_BY };
}

/** Any Bearer token is good. */
function missingKey(authorization: string | undefined): ApiError | undefined {
  if (/^Bearer \S+$/i.test(authorization ?? '')) return undefined;
  return new ApiError(
    401,
    "You didn't provide an API key. Provide one in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY); the sandbox takes any.",
  );
}

function toApiError(error: FastifyError | ApiError): ApiError {
  if (error instanceof ApiError) return error;
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new ApiError(413, `The request body is larger than ${BODY_BYTES_MAX} bytes.`);
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new ApiError(415, 'Send the request as JSON, with Content-Type: application/json.');
  }
  if (error.statusCode !== undefined && error.statusCode < 500) {
    return new ApiError(400, 'We could not parse the JSON body of your request.');
  }
  return new ApiError(500, 'The sandbox failed.', { type: 'server_error' });
}
