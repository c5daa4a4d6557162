import { fastifyTRPCPlugin, type FastifyTRPCPluginOptions } from '@trpc/server/adapters/fastify';
import { WeirError } from '@weir/core/errors';
import type { SecretBox } from '@weir/core/secret-box';
import type { Database } from '@weir/db/connect';
import { isMigrated } from '@weir/db/schema-version';
import fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { luciaSessions } from './auth/lucia.ts';
import { sessionLife } from './auth/sign-in-settings.ts';
import type { Context } from './context.ts';
import { createContext } from './create-context.ts';
import { addExportRoute } from './export/export-route.ts';
import { ledgerChecks } from './ledger/ledger-checks.ts';
import { describeFailure } from '@weir/core/failures';
import { appRouter, type AppRouter } from './router.ts';

/** Inputs are names, passwords and filters. */
const BODY_BYTES_MAX = 64 * 1024;
/** The calls in one HTTP request. */
const BATCH_CALLS_MAX = 20;
/** The names of a batch's procedures stand in the path. */
const PATH_CHARACTERS_MAX = 2_000;

export interface ServerDeps {
  database: Database;
  log: Logger;
  secrets: SecretBox;
  settings: Context['settings'];
}

/** The HTTP server, not yet listening: `/trpc`, `/export`, `/healthz` and `/readyz`. */
export function buildServer({ database, log, secrets, settings }: ServerDeps): FastifyInstance {
  const server = fastify({
    bodyLimit: BODY_BYTES_MAX,
    // The dashboard beside it says whose browser it speaks for.
    trustProxy: 'loopback',
    routerOptions: { maxParamLength: PATH_CHARACTERS_MAX },
  });
  logRequests(server, log);
  answerErrors(server, log);

  server.get('/healthz', () => ({ ok: true }));
  server.get('/readyz', async (_request, reply) => {
    const ready = await isMigrated(database.sql).catch(() => false);
    return reply.code(ready ? 200 : 503).send({ ok: ready });
  });
  addExportRoute(server, { database, secrets });

  const services = {
    database,
    secrets,
    settings,
    sessions: luciaSessions(database.db, sessionLife(settings)),
    ledgerChecks: ledgerChecks(database),
  };
  void server.register(fastifyTRPCPlugin, {
    prefix: '/trpc',
    trpcOptions: {
      router: appRouter,
      maxBatchSize: BATCH_CALLS_MAX,
      createContext: ({ req }) => createContext(services, req),
      // Answers carry keys, sessions and balances.
      responseMeta: () => ({ headers: { 'cache-control': 'no-store' } }),
      onError: ({ error, path }) => {
        if (error.code === 'INTERNAL_SERVER_ERROR') {
          log.error({ procedure: path, ...describeFailure(error.cause ?? error) }, 'A procedure failed.');
        }
      },
    },
  } satisfies FastifyTRPCPluginOptions<AppRouter>);
  return server;
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
  const bodyOf = ({ code, message }: WeirError) => ({ error: { code, message } });
  server.setNotFoundHandler((_request, reply) =>
    reply.code(404).send(bodyOf(new WeirError('not_found', 'There is nothing at this address.'))),
  );
  server.setErrorHandler((error: FastifyError, _request, reply) => {
    const weirError = toHttpError(error);
    if (weirError.status === 500) log.error(describeFailure(error), 'A request failed.');
    return reply.code(weirError.status).send(bodyOf(weirError));
  });
}

function toHttpError({ statusCode = 500 }: FastifyError): WeirError {
  if (statusCode === 413) return new WeirError('request_too_large', 'The request body is too large.');
  if (statusCode < 500) return new WeirError('invalid_request', 'The request could not be read.');
  return new WeirError('internal_error', 'Something failed inside the gateway. Try again.');
}
