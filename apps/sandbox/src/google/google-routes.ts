import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Refusal } from '../core/refusal.ts';
import { type Order, orderBody, orderReply, serve } from '../core/serve.ts';
import type { Tally } from '../core/tally.ts';
import { callOfGenerate, countGenerateTokens } from './generate-call.ts';
import { renderGenerate } from './generate-rendering.ts';
import { parseCountRequest, parseGenerateRequest } from './generate-request.ts';
import { GOOGLE, missingGoogleKey, streamsAsArray } from './google-vendor.ts';

/** The routes of Google's Gemini protocol, below `/v1beta` and `/v1`: `models/{model}:{method}`. */
export function googleRoutes(version: FastifyInstance, tally: Tally): void {
  version.addHook('onRequest', (request, _reply, next) =>
    next(missingGoogleKey(request.headers, request.url)),
  );
  version.post<{ Params: { '*': string } }>('/models/*', (request, reply) => {
    const [, modelId = '', method = ''] = /^(.*):(\w+)$/.exec(request.params['*']) ?? [];
    switch (method) {
      case 'generateContent':
      case 'streamGenerateContent':
        return serve(request, reply, GOOGLE, orderContent(request, modelId, method), tally);
      case 'countTokens':
        return serve(request, reply, GOOGLE, orderCount(request.body, modelId), undefined);
    }
    throw unknownGooglePath();
  });
}

export const unknownGooglePath = () => new Refusal('unknown-path', 'Requested entity was not found.');

function orderContent({ body, url }: FastifyRequest, modelId: string, method: string): Order {
  const asked = parseGenerateRequest(body, modelId);
  const showsThoughts = asked.generationConfig?.thinkingConfig?.includeThoughts === true;
  const options = { showsThoughts, asArray: streamsAsArray(url) };
  return orderReply(callOfGenerate(asked, modelId, method === 'streamGenerateContent'), {
    idPrefix: 'gemini-',
    render: (head, composed, usage) => renderGenerate(head, composed, usage, options),
  });
}

function orderCount(body: unknown, modelId: string): Order {
  const inputTokens = countGenerateTokens(parseCountRequest(body, modelId));
  return orderBody({ modelId, inputTokens, requestName: undefined }, () => ({
    totalTokens: inputTokens,
    promptTokensDetails: [{ modality: 'TEXT', tokenCount: inputTokens }],
  }));
}
