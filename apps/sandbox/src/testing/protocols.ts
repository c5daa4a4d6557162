import { HEADERS } from './anthropic-requests.ts';
import { says } from './google-requests.ts';
import { type RunningSandbox, user } from './running-sandbox.ts';

const BEARER = { authorization: 'Bearer any' };

/** A protocol, as far as the faults are the same in all of them. */
export interface Protocol {
  name: string;
  /** Asks a model to say a text. */
  ask(
    sandbox: RunningSandbox,
    asked: { model: string; text: string; stream: boolean },
    headers?: Record<string, string>,
  ): Promise<Response>;
  /** How many content events a stream's text holds. */
  contentEvents(text: string): number;
  /** What only a stream has that came to its end. */
  endMark: RegExp;
  /** What says how much was used. */
  usageMark: RegExp;
  /** What a reply of nothing is like. */
  empty: object;
  /** The errors of the faults `429` and `500`. */
  errors: Record<'429' | '500', object>;
  /** `retry-after` of a 429. */
  retryAfter: string | null;
  /** The input tokens of `hello big world`. */
  inputTokens: number;
}

const openAiErrors = {
  429: { error: { type: 'requests', code: 'rate_limit_exceeded' } },
  500: { error: { type: 'server_error' } },
};

const occurrences = (mark: string) => (text: string) => text.split(mark).length - 1;

const google = (query: string): Pick<Protocol, 'ask'> => ({
  ask: (sandbox, { model, text, stream }, headers = {}) => {
    const method = stream ? `streamGenerateContent${query}` : 'generateContent';
    const path = `/v1beta/models/${model}:${method}`;
    return sandbox.send(path, { contents: says(text) }, { 'x-goog-api-key': 'any', ...headers });
  },
});

const googleAlike = {
  endMark: /"finishReason"/,
  usageMark: /"usageMetadata"/,
  empty: {
    candidates: [{ content: { role: 'model' }, finishReason: 'STOP' }],
    usageMetadata: { totalTokenCount: 10 },
  },
  retryAfter: null,
  inputTokens: 10,
};

const googleErrors = {
  429: {
    error: {
      code: 429,
      status: 'RESOURCE_EXHAUSTED',
      details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '1s' }],
    },
  },
  500: { error: { code: 500, status: 'INTERNAL' } },
};

export const PROTOCOLS: readonly Protocol[] = [
  {
    name: 'Anthropic messages',
    ask: (sandbox, { model, text, stream }, headers = {}) =>
      sandbox.send(
        '/v1/messages',
        { model, stream, max_tokens: 1000, messages: user(text) },
        { ...HEADERS, ...headers },
      ),
    contentEvents: occurrences('event: content_block_delta'),
    endMark: /event: message_(delta|stop)/,
    usageMark: /"usage"/,
    empty: { content: [], stop_reason: 'end_turn', usage: { output_tokens: 0 } },
    errors: {
      429: { type: 'error', error: { type: 'rate_limit_error' } },
      500: { type: 'error', error: { type: 'api_error' } },
    },
    retryAfter: '1',
    inputTokens: 10,
  },
  {
    name: 'Google events',
    ...google('?alt=sse'),
    ...googleAlike,
    contentEvents: occurrences('data: '),
    errors: googleErrors,
  },
  {
    name: 'Google array',
    ...google(''),
    ...googleAlike,
    contentEvents: occurrences('"candidates"'),
    errors: googleErrors,
  },
  {
    name: 'OpenAI responses',
    ask: (sandbox, { model, text, stream }, headers = {}) =>
      sandbox.send('/v1/responses', { model, stream, input: text }, { ...BEARER, ...headers }),
    contentEvents: occurrences('event: response.output_text.delta'),
    endMark: /event: response\.completed/,
    usageMark: /"usage":\{/,
    empty: { status: 'completed', output: [], usage: { output_tokens: 0 } },
    errors: openAiErrors,
    retryAfter: '1',
    inputTokens: 10,
  },
  {
    name: 'OpenAI completions',
    ask: (sandbox, { model, text, stream }, headers = {}) =>
      sandbox.send(
        '/v1/completions',
        { model, stream, prompt: text, max_tokens: 1000, stream_options: { include_usage: true } },
        { ...BEARER, ...headers },
      ),
    contentEvents: occurrences('data: '),
    endMark: /"finish_reason":"|\[DONE\]/,
    usageMark: /"usage":\{/,
    empty: { choices: [{ text: '', finish_reason: 'stop' }], usage: { completion_tokens: 0 } },
    errors: openAiErrors,
    retryAfter: '1',
    inputTokens: 3,
  },
];
