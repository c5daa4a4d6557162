import type { FastifyInstance } from 'fastify';
import { findModel, MODELS, OWNED_BY } from '../core/models.ts';
import { orderReply, serve } from '../core/serve.ts';
import type { Tally } from '../core/tally.ts';
import { renderChat } from './chat/chat-rendering.ts';
import { callOfChat, parseChatRequest } from './chat/chat-request.ts';
import { missingOpenAiKey, OPENAI } from './openai-vendor.ts';

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
  v1.post('/chat/completions', (request, reply) => {
    const chat = parseChatRequest(request.body);
    const usageAsked = chat.stream_options?.include_usage === true;
    const order = orderReply(callOfChat(chat), {
      idPrefix: 'chatcmpl-',
      render: (head, composed, usage) => renderChat(head, composed, usage, usageAsked),
    });
    return serve(request, reply, OPENAI, order, tally);
  });
}

function modelBody(id: string): object {
  return { id, object: 'model', created: MODELS_CREATED, owned_by: OWNED_BY };
}
