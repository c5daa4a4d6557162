import type { Canaries, HttpCall } from './conversations.ts';

/** What callers send beside conversations, to a vendor of chat completions; each has the prompt’s word. */
export function otherCalls(model: string, { prompt }: Canaries): readonly HttpCall[] {
  const messages = [{ role: 'user', content: prompt }];
  const contents = [{ role: 'user', parts: [{ text: prompt }] }];
  return [
    { path: '/v1/completions', body: { model, prompt, max_tokens: 50 } },
    { path: '/v1/completions', body: { model, prompt, max_tokens: 50, stream: true } },
    { path: '/v1/embeddings', body: { model, input: prompt } },
    { path: '/v1/messages/count_tokens', body: { model, messages } },
    { path: `/v1beta/models/${model}:countTokens`, body: { contents } },
    // As OpenRouter’s clients write it.
    { path: '/v1/chat/completions', body: { model, messages, usage: { include: true } } },
  ];
}
