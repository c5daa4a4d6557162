import { fastifyTRPCPlugin, type FastifyTRPCPluginOptions } from '@trpc/server/adapters/fastify';
import { WeirError } from '@weir/core/errors';
import { keyedHash } from '@weir/core/keyed-hash';
import { secretBox } from '@weir/core/secret-box';
import type { Database } from '@weir/db/connect';
import { isMigrated } from '@weir/db/schema-version';
import { arrivalLimits } from '@weir/settings/http-limits';
import fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { postgresAttempts } from './auth/attempts.ts';
import { keyHolders } from './auth/find-key-holder.ts';
import { luciaSessions } from './auth/lucia.ts';
import { sessionRules } from './auth/sign-in-settings.ts';
import { createContext, type Services } from './create-context.ts';
import { addExportRoute } from './export/export-route.ts';
import type { Archive } from './archive/archive.ts';
import type { Config } from './config.ts';
import { errorBody, guardHeaders, guardRequests, refuseMalformed } from './guard-requests.ts';
import { leakedKeysRoute } from './keys/leaked-keys-route.ts';
import type { ScannerKeys } from './keys/scanner-keys.ts';
import { ledgerChecks } from './ledger/ledger-checks.ts';
import { describeFailure } from '@weir/core/failures';
import { restRoutes } from './rest/rest-routes.ts';
import { appRouter, type AppRouter } from './router.ts';
import { toHttpError } from './to-http-error.ts';

/** Inputs are names, passwords and filters. */
const BODY_BYTES_MAX = 64 * 1024;
/** The calls in one HTTP request. */
const BATCH_CALLS_MAX = 20;
/** The names of a batch's procedures stand in the path. */
const PATH_CHARACTERS_MAX = 2_000;

export interface ServerDeps {
  database: Database;
  /** Of requests whose days are closed; default none. */
  archive?: Archive | undefined;
  /** Of secret scanners; default none. */
  scannerKeys?: ScannerKeys;
  log: Logger;
  /** `WEIR_SECRET_KEY`. */
  secretKey: string;
  /** Addresses and networks whose `X-Forwarded-For` is believed. */
  trustedProxies: string[];
  hasMailServer: boolean;
  settings: Services['settings'] &
    Pick<Config, 'WEIR_HEADERS_TIMEOUT_MS' | 'WEIR_REQUEST_TIMEOUT_MS' | 'WEIR_UNKNOWN_KEYS_PER_MINUTE_MAX'>;
}

/** The HTTP server, not yet listening: `/trpc`, `/export`, `/healthz`, `/readyz`, and what is answered as OpenRouter does. */
export function buildServer(deps: ServerDeps): FastifyInstance {
  const { database, scannerKeys, log } = deps;
  const arrival = arrivalLimits({
    headersMs: deps.settings.WEIR_HEADERS_TIMEOUT_MS,
    requestMs: deps.settings.WEIR_REQUEST_TIMEOUT_MS,
  });
  const headers = guardHeaders(deps.settings.WEIR_PUBLIC_WEB_URL);
  const server = fastify({
    http: arrival,
    requestTimeout: arrival.requestTimeout,
    trustProxy: deps.trustedProxies,
    bodyLimit: BODY_BYTES_MAX,
    routerOptions: { maxParamLength: PATH_CHARACTERS_MAX },
    clientErrorHandler: (error, socket) => refuseMalformed(error, socket, headers),
    // Before the first hook: a path that can't be decoded, or is too long. In our own words: the framework's say the whole
    // address, in which a key may stand.
    frameworkErrors: (error, _request, reply) => {
      const weirError = toHttpError(error);
      reply.raw
        .writeHead(weirError.status, { ...headers, 'content-type': 'application/json; charset=utf-8' })
        .end(JSON.stringify(errorBody(weirError)));
    },
  });
  logRequests(server, log);
  guardRequests(server, headers);
  answerErrors(server, log);

  server.get('/healthz', () => ({ ok: true }));
  server.get('/readyz', async (_request, reply) => {
    const ready = await isMigrated(database.sql).catch(() => false);
    return reply.code(ready ? 200 : 503).send({ ok: ready });
  });

  if (scannerKeys?.size) {
    void server.register(async (scope) => leakedKeysRoute(scope, { database, scannerKeys, log }));
  }

  const services = createServices(deps);
  addExportRoute(server, { ...services, archive: deps.archive });
  void server.register(async (scope) => restRoutes(scope, services, log));
  void server.register(fastifyTRPCPlugin, {
    prefix: '/trpc',
    trpcOptions: {
      router: appRouter,
      maxBatchSize: BATCH_CALLS_MAX,
      createContext: ({ req }) => createContext(services, req),
      // Answers carry keys, sessions and balances.
      responseMeta: ({ errors }) => ({ headers: { 'cache-control': 'no-store', ...retryAfter(errors) } }),
      onError: ({ error, path }) => {
        if (error.code === 'INTERNAL_SERVER_ERROR') {
          log.error({ procedure: path, ...describeFailure(error.cause ?? error) }, 'A procedure failed.');
        }
      },
    },
  } satisfies FastifyTRPCPluginOptions<AppRouter>);
  return server;
}

function createServices({ database, secretKey, hasMailServer, settings }: ServerDeps): Services {
  const hash = keyedHash(secretKey);
  return {
    database,
    settings,
    sessions: luciaSessions(database.db, sessionRules(settings)),
    findKeyHolder: keyHolders(database.db, {
      unknownKeysPerMinuteMax: settings.WEIR_UNKNOWN_KEYS_PER_MINUTE_MAX,
    }),
    ledgerChecks: ledgerChecks(database),
    secrets: secretBox(secretKey),
    keyedHash: hash,
    attempts: postgresAttempts(database.sql, hash),
    hasMailServer,
  };
}

/** The longest wait that one of the calls was told of. */
function retryAfter(errors: readonly { cause?: unknown }[]): Record<string, string> {
  const waits = errors.map(({ cause }) => (cause instanceof WeirError ? (cause.retryAfterSeconds ?? 0) : 0));
  const longest = Math.max(0, ...waits);
  return longest > 0 ? { 'retry-after': String(longest) } : {};
}

/** One line for each request: never its headers, its body, or its query, where tRPC puts the input of reads. */
function logRequests(server: FastifyInstance, log: Logger): void {
  server.addHook('onResponse', (request, reply, done) => {
    const path = request.url.split('?', 1)[0];
    const line = {
      method: request.method,
      path,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
    };
    if (path === '/healthz' || path === '/readyz') log.debug(line, 'request');
    else log.info(line, 'request');
    done();
  });
}

/** What fails outside of tRPC: a path that is none, a body that is too large or no JSON. */
function answerErrors(server: FastifyInstance, log: Logger): void {
  server.setNotFoundHandler((_request, reply) =>
    reply.code(404).send(errorBody(new WeirError('not_found', 'There is nothing at this address.'))),
  );
  server.setErrorHandler((error: FastifyError, _request, reply) => {
    const weirError = toHttpError(error);
    if (weirError.status === 500) log.error(describeFailure(error), 'A request failed.');
    return reply.code(weirError.status).send(errorBody(weirError));
  });
}
