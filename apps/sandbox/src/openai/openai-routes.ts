import type { FastifyInstance } from 'fastify';
import { findModel, MODELS, OWNED_BY } from '../core/models.ts';
import { type Order, orderBody, orderReply, serve } from '../core/serve.ts';
import type { Tally } from '../core/tally.ts';
import { renderChat } from './chat/chat-rendering.ts';
import { callOfChat, parseChatRequest } from './chat/chat-request.ts';
import { renderCompletion } from './completions/completions-rendering.ts';
import { callOfCompletions, parseCompletionsRequest } from './completions/completions-request.ts';
import { embeddingsBody } from './embeddings/embeddings-body.ts';
import { parseEmbeddingsRequest } from './embeddings/embeddings-request.ts';
import { missingOpenAiKey, OPENAI } from './openai-vendor.ts';
import { renderResponse } from './responses/response-rendering.ts';
import { callOfResponses, parseResponsesRequest } from './responses/responses-request.ts';

/** `created` of every model, in seconds since 1970: 2026-01-01. */
const MODELS_CREATED = 1_767_225_600;

/** The routes of OpenAI's protocols, below `/v1`. */
export function openAiRoutes(v1: FastifyInstance, tally: Tally): void {
  v1.addHook('onRequest', (request, _reply, next) => next(missingOpenAiKey(request.headers.authorization)));
  v1.get('/models', () => ({ object: 'list', data: Object.keys(MODELS).map(modelBody) }));
  v1.get<{ Params: { '*': string } }>('/models/*', (request) => {
    const modelId = request.params['*'];
    if (findModel(modelId) === undefined) throw OPENAI.unknownModel(modelId);
    return modelBody(modelId);
  });
  const answer = (path: string, orderOf: (body: unknown) => Order) =>
    v1.post(path, (request, reply) => serve(request, reply, OPENAI, orderOf(request.body), tally));
  answer('/chat/completions', orderChat);
  answer('/responses', orderResponse);
  answer('/completions', orderCompletion);
  answer('/embeddings', orderEmbeddings);
}

function orderChat(body: unknown): Order {
  const asked = parseChatRequest(body);
  const usageAsked = asked.stream_options?.include_usage === true;
  return orderReply(callOfChat(asked), {
    idPrefix: 'chatcmpl-',
    render: (head, composed, usage) => renderChat(head, composed, usage, usageAsked),
  });
}

function orderResponse(body: unknown): Order {
  const asked = parseResponsesRequest(body);
  return orderReply(callOfResponses(asked), {
    idPrefix: 'resp_',
    render: (head, composed, usage) => renderResponse(head, composed, usage, asked),
  });
}

function orderCompletion(body: unknown): Order {
  const asked = parseCompletionsRequest(body);
  return orderReply(callOfCompletions(asked), {
    idPrefix: 'cmpl-',
    render: (head, composed, usage) => renderCompletion(head, composed, usage, asked),
  });
}

function orderEmbeddings(body: unknown): Order {
  const asked = parseEmbeddingsRequest(body);
  return orderBody(asked, (usage, { fault }) => embeddingsBody(asked, usage, fault === 'empty'));
}

function modelBody(id: string): object {
  return { id, object: 'model', created: MODELS_CREATED, owned_by: OWNED_BY };
}
