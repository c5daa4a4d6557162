import { randomUUID } from 'node:crypto';
import { arrivalLimits, hasTooManyHeaders, type ArrivalTimeouts } from '@weir/settings/http-limits';
import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { anthropicRoutes } from './anthropic/anthropic-routes.ts';
import { ANTHROPIC } from './anthropic/anthropic-vendor.ts';
import { Refusal } from './core/refusal.ts';
import { Tally, type TallyEntry } from './core/tally.ts';
import type { Vendor } from './core/vendor.ts';
import { BODY_BYTES_MAX, refuseAs } from './core/vendor-scope.ts';
import { googleRoutes, unknownGooglePath } from './google/google-routes.ts';
import { GOOGLE } from './google/google-vendor.ts';
import { openAiRoutes } from './openai/openai-routes.ts';
import { OPENAI } from './openai/openai-vendor.ts';

export interface SandboxOptions {
  logger?: FastifyBaseLogger;
  arrival: ArrivalTimeouts;
  /** Called once per request that the tally keeps, when its reply is over in whatever way. */
  onServed?: (entry: Readonly<TallyEntry>) => void;
}

/**
 * A simulated vendor that speaks the protocols of OpenAI, Anthropic and Google; see the package's README for its
 * routes, models and headers. Not listening yet: `await sandbox.listen({ port: 0 })`. Closing it ends every
 * connection at once.
 */
export function buildSandbox({ logger, arrival, onServed = () => {} }: SandboxOptions): FastifyInstance {
  const limits = arrivalLimits(arrival);
  const app = fastify({
    ...(logger !== undefined && { loggerInstance: logger }),
    logController: new LogController({ disableRequestLogging: true }),
    http: limits,
    requestTimeout: limits.requestTimeout,
    bodyLimit: BODY_BYTES_MAX,
    forceCloseConnections: true,
    genReqId: () => `req_${randomUUID().replaceAll('-', '')}`,
  });
  const tally = new Tally(onServed);

  app.addHook('onRequest', async (request, reply) => {
    if (!hasTooManyHeaders(request.raw)) return;
    await reply
      .code(431)
      .header('connection', 'close')
      .send({ error: { message: 'Too many headers.' } });
  });
  refuseAs(OPENAI, app);
  app.setNotFoundHandler((request) => {
    throw new Refusal('unknown-path', `Invalid URL (${request.method} ${request.url.split('?')[0]})`);
  });
  app.get('/healthz', () => ({ status: 'ok' }));
  app.get<{ Querystring: { request?: string; prefix?: string } }>('/sandbox/tally', ({ query }) =>
    tally.snapshot({ name: query.request, prefix: query.prefix }),
  );
  mount(app, '/v1', OPENAI, (part) => openAiRoutes(part, tally));
  mount(app, '/v1/messages', ANTHROPIC, (part) => anthropicRoutes(part, tally));
  // Google's client says /v1 or /v1beta, by its version.
  mount(app, '/v1', GOOGLE, (part) => googleRoutes(part, tally));
  mount(app, '/v1beta', GOOGLE, (part) => {
    googleRoutes(part, tally);
    part.setNotFoundHandler(() => {
      throw unknownGooglePath();
    });
  });
  return app;
}

/** Routes below a prefix whose errors have a vendor's shape. */
function mount(
  app: FastifyInstance,
  prefix: string,
  vendor: Vendor,
  addRoutes: (part: FastifyInstance) => void,
): void {
  app.register(
    (part, _options, done) => {
      refuseAs(vendor, part);
      addRoutes(part);
      done();
    },
    { prefix },
  );
}
