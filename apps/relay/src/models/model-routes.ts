import type { AddressRanges } from '@weir/settings/address-ranges';
import { WeirError } from '@weir/core/errors';
import { requireUsableKey } from '@weir/core/usable-key';
import { DIALECTS } from '@weir/dialects/dialects';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Caller, CallerDirectory } from '../callers/caller-directory.ts';
import { admitModel } from '../chat/admit.ts';
import { authenticate } from '../chat/authenticate.ts';
import { addressOf } from '../http/address-of.ts';
import { dialectOfRequest } from '../http/call-endpoint.ts';
import { presentedKey } from '../http/presented-key.ts';
import { parseJsonBody } from '../http/read-json-body.ts';
import type { LiveRouting } from '../routing/live-routing.ts';
import { findModel, type ModelEntry, type RoutingTable } from '../routing/routing-table.ts';
import type { TokenCounter } from '../tokens/token-counter.ts';
import { countPromptTokens } from './count-tokens.ts';
import { listModels, showModel } from './list-models.ts';
import { modelEndpoints, openAiModel, type Reader } from './openai-models.ts';

export interface ModelRoutesDeps {
  readonly callers: CallerDirectory;
  readonly trustedProxies: AddressRanges;
  readonly routing: LiveRouting;
  /** For questions, which are free: not the one that charges wait for. */
  readonly promptTokens: TokenCounter;
  readonly bodyBytesMax: number;
}

const NO_MODELS: RoutingTable = new Map();
const COUNT = ':countTokens';
const ENDPOINTS = '/endpoints';

/** What there is to ask about models beside calling them; each asks for a key. */
export function modelRoutes(scope: FastifyInstance, deps: ModelRoutesDeps): void {
  const table = (): RoutingTable => deps.routing.current ?? NO_MODELS;
  const callers = new WeakMap<FastifyRequest, Caller>();
  scope.addHook('onRequest', async (request) => {
    const address = () => addressOf(request.raw, deps.trustedProxies);
    const dialect = dialectOfRequest(request.raw).name;
    const caller = await authenticate(deps.callers, {
      key: presentedKey(request.raw),
      dialect,
      address,
      connection: request.raw.socket,
    });
    requireUsableKey(caller, Date.now(), address);
    callers.set(request, caller);
  });
  const readerOf = (request: FastifyRequest): Reader => ({
    marginPpm: callers.get(request)?.marginPpm ?? 0,
    nowMs: Date.now(),
  });
  /** A model that the key may call. */
  const find = (request: FastifyRequest, modelId: string): ModelEntry => {
    const model = findModel(table(), modelId);
    const caller = callers.get(request);
    if (caller) admitModel(caller, modelId);
    return model;
  };
  // As for a call: whatever type the body claims to be.
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: deps.bodyBytesMax }, parseBody);

  for (const version of ['/v1', '/v1beta']) {
    scope.get(`${version}/models`, (request) =>
      listModels(
        table(),
        dialectOfRequest(request.raw).name,
        readerOf(request),
        callers.get(request)?.models,
      ),
    );
    scope.get<ModelPath>(`${version}/models/*`, (request) => {
      const { '*': path } = request.params;
      const reader = readerOf(request);
      if (path.endsWith(ENDPOINTS) && !table().has(path)) {
        return modelEndpoints(find(request, path.slice(0, -ENDPOINTS.length)), reader);
      }
      find(request, path);
      return showModel(table(), path, { ...reader, dialect: dialectOfRequest(request.raw).name });
    });
    scope.post<ModelPath>(`${version}/models/*`, async (request) => {
      const { '*': path } = request.params;
      if (!path.endsWith(COUNT)) throw nothingThere(request);
      const model = path.slice(0, -COUNT.length);
      find(request, model);
      const { body } = request;
      const wrapped = typeof body === 'object' && body !== null && 'generateContentRequest' in body;
      const counted = { body: wrapped ? body.generateContentRequest : body, model };
      return { totalTokens: await countPromptTokens(deps.promptTokens, DIALECTS['google-gemini'], counted) };
    });
  }
  // OpenRouter's own.
  scope.get<ModelPath>('/v1/model/*', (request) => ({
    data: openAiModel(find(request, request.params['*']), readerOf(request)),
  }));
  scope.post('/v1/messages/count_tokens', async (request) => {
    // What is counted has no reply, so it says no limit of one.
    const counted = { body: { max_tokens: 1, ...(request.body as object) } };
    const dialect = DIALECTS['anthropic-messages'];
    const { model } = dialect.parseRequest(counted.body, {});
    find(request, model);
    return { input_tokens: await countPromptTokens(deps.promptTokens, dialect, counted) };
  });
}

interface ModelPath {
  Params: { '*': string };
}

async function parseBody(_request: FastifyRequest, body: string | Buffer): Promise<unknown> {
  return parseJsonBody(Buffer.from(body));
}

function nothingThere({ method, url }: FastifyRequest): WeirError {
  return new WeirError('not_found', `There is nothing at ${method} ${url.split('?')[0]}.`);
}
