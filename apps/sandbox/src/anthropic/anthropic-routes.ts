import type { FastifyInstance } from 'fastify';
import { Refusal } from '../core/refusal.ts';
import { orderBody, orderReply, serve } from '../core/serve.ts';
import type { Tally } from '../core/tally.ts';
import { ANTHROPIC, missingAnthropicKey, readVersion } from './anthropic-vendor.ts';
import { renderMessage } from './message-rendering.ts';
import { callOfMessages, countMessagesTokens } from './messages-call.ts';
import { type MessagesRequest, parseCountRequest, parseMessagesRequest } from './messages-request.ts';

/** The routes of Anthropic's Messages protocol, below `/v1/messages`. */
export function anthropicRoutes(messages: FastifyInstance, tally: Tally): void {
  messages.addHook('onRequest', (request, _reply, next) => next(missingAnthropicKey(request.headers)));
  messages.setNotFoundHandler(() => {
    throw new Refusal('unknown-path', 'Not Found');
  });
  messages.post('/', (request, reply) => {
    const asked = parseMessagesRequest(request.body, readVersion(request.headers));
    const order = orderReply(callOfMessages(asked), {
      idPrefix: 'msg_',
      render: (head, composed, usage) => renderMessage(head, composed, usage, hidesThinking(asked)),
    });
    return serve(request, reply, ANTHROPIC, order, tally);
  });
  messages.post('/count_tokens', (request, reply) => {
    const asked = parseCountRequest(request.body, readVersion(request.headers));
    const inputTokens = countMessagesTokens(asked);
    const about = { modelId: asked.model, inputTokens, requestName: undefined };
    return serve(
      request,
      reply,
      ANTHROPIC,
      orderBody(about, () => ({ input_tokens: inputTokens })),
      undefined,
    );
  });
}

function hidesThinking({ thinking }: MessagesRequest): boolean {
  return (thinking?.type === 'enabled' || thinking?.type === 'adaptive') && thinking.display === 'omitted';
}
