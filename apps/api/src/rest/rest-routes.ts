import { WeirError } from '@weir/core/errors';
import type { KeyScope } from '@weir/core/key-scopes';
import { describeFailure } from '@weir/core/failures';
import type { Db } from '@weir/db/connect';
import { renderError } from '@weir/dialects/openrouter';
import type { FastifyError, FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { z } from 'zod';
import { identifyOnce } from '../auth/principal.ts';
import { requireRecentProof } from '../auth/require-recent-proof.ts';
import { requireScope } from '../auth/require-scope.ts';
import type { Services } from '../create-context.ts';
import { readCredits } from './credits.ts';
import { readGeneration } from './generation.ts';
import { createKeyBody, hashParams, listKeysQuery, updateKeyBody } from './key-bodies.ts';
import {
  createKeyObject,
  deleteKeyObject,
  listKeyObjects,
  showCurrentKey,
  showKeyObject,
  updateKeyObject,
} from './key-requests.ts';
import { toHttpError } from '../to-http-error.ts';

const generationQuery = z.object({
  id: z
    .string('is missing')
    .max(100, 'is too long')
    .regex(/^\P{Cc}*$/u, 'has control characters'),
});

/** What OpenRouter has beside its calls, in its shapes: the account's credits, its keys, and what became of a call. */
export function restRoutes(server: FastifyInstance, services: Services, log: Logger): void {
  const { db } = services.database;
  const principalOf = async ({ headers, ip }: FastifyRequest, scope: KeyScope) => {
    const identify = identifyOnce(services, { authorization: headers.authorization, address: ip });
    return requireScope(await identify(), scope);
  };
  const accountOf = async (request: FastifyRequest, scope: KeyScope): Promise<string> =>
    (await principalOf(request, scope)).accountId;

  // Answers carry keys and balances.
  server.addHook('onSend', async (_request, reply) => {
    reply.header('cache-control', 'no-store');
  });
  server.setErrorHandler((thrown: FastifyError | WeirError, _request, reply) => {
    const error = toHttpError(thrown);
    if (error.status >= 500) log.error(describeFailure(thrown), 'A request failed.');
    if (error.retryAfterSeconds !== undefined) reply.header('retry-after', error.retryAfterSeconds);
    return reply.code(error.status).send(renderError(error));
  });

  server.get('/v1/credits', async (request) => readCredits(db, await accountOf(request, 'read')));
  server.get('/v1/generation', async (request) => {
    const accountId = await accountOf(request, 'read');
    return readGeneration(db, accountId, parse(generationQuery, request.query).id);
  });
  server.get('/v1/key', async (request) => {
    const principal = await principalOf(request, 'read');
    if (principal.kind === 'api_key') return showCurrentKey(db, principal.keyId);
    throw new WeirError('forbidden', 'Only a program with an API key can ask for the key it has.');
  });
  keyRoutes(server, db, async (request, givesSecret = false) => {
    const principal = await principalOf(request, 'manage');
    if (givesSecret && principal.kind === 'session') requireRecentProof(principal, services.settings);
    return principal.accountId;
  });
}

function keyRoutes(
  server: FastifyInstance,
  db: Db,
  /** @param givesSecret whether the answer carries one, which a person has to have proved who they are for. */
  accountOf: (request: FastifyRequest, givesSecret?: boolean) => Promise<string>,
): void {
  const keyIdOf = ({ params }: FastifyRequest) => parse(hashParams, params).hash;

  server.get('/v1/keys', async (request) => {
    const accountId = await accountOf(request);
    return listKeyObjects(db, accountId, parse(listKeysQuery, request.query));
  });
  server.post('/v1/keys', async (request, reply) => {
    const accountId = await accountOf(request, true);
    reply.code(201);
    return createKeyObject(db, accountId, parse(createKeyBody, request.body));
  });
  server.get('/v1/keys/:hash', async (request) =>
    showKeyObject(db, await accountOf(request), keyIdOf(request)),
  );
  server.patch('/v1/keys/:hash', async (request) => {
    const accountId = await accountOf(request);
    const body = parse(updateKeyBody, request.body);
    return updateKeyObject(db, accountId, { keyId: keyIdOf(request), body });
  });
  server.delete('/v1/keys/:hash', async (request) =>
    deleteKeyObject(db, await accountOf(request), keyIdOf(request)),
  );
}

/** @throws {WeirError} `invalid_request`, naming the first field that is wrong. */
function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const field = issue?.code === 'unrecognized_keys' ? issue.keys[0]?.slice(0, 80) : issue?.path.join('.');
  const problem = issue?.code === 'unrecognized_keys' ? 'nothing is made of this here' : issue?.message;
  throw new WeirError('invalid_request', `${field || 'The body'}: ${problem}.`.replace('..', '.'), {
    param: field || undefined,
  });
}
