import type { IncomingMessage } from 'node:http';
import type { WeirError } from '@weir/core/errors';
import type { Dialect, RequestAddress, WireFormat } from '@weir/dialects/dialect';
import { DIALECTS } from '@weir/dialects/dialects';
import { renderError } from '@weir/dialects/openrouter';
import { openaiCompletions } from '@weir/dialects/openai-completions';
import { openaiEmbeddings } from '@weir/dialects/openai-embeddings';
import { jsonArrayFraming, MISTRAL_FRAMING, PINGING_FRAMING, SSE_FRAMING, type Framing } from './framing.ts';

type Requested = Pick<IncomingMessage, 'url' | 'headers'>;

/** A place where calls are taken. */
export interface CallEndpoint {
  readonly format: WireFormat;
  /** What the path says of the call. */
  readonly address: RequestAddress;
  /** How a streamed reply is framed. */
  readonly framing: () => Framing;
  /** What its vendor's clients read the call's id from, beside `x-request-id`. */
  readonly requestIdHeader?: 'request-id';
  /** How far OpenRouter's extras go: what its clients may ask, and the whole of the reply, or its cost alone. */
  readonly openRouter?: 'request and cost' | 'request and reply';
  /** Whether the client's own vendor tells the usage of each stream, asked for or not. */
  readonly usageAlways?: true;
  /** Whether it is OpenRouter's own client that calls. */
  readonly isOpenRouters?: true;
}

const sse = (): Framing => SSE_FRAMING;
const NOTHING_SAID: RequestAddress = {};

const ENDPOINTS: ReadonlyMap<string, CallEndpoint> = new Map([
  ['/v1/chat/completions', endpoint(DIALECTS['openai-chat'], { openRouter: 'request and reply' })],
  ['/v1/responses', endpoint(DIALECTS['openai-responses'], { openRouter: 'request and cost' })],
  ['/v1/completions', endpoint(openaiCompletions, { openRouter: 'request and reply' })],
  ['/v1/embeddings', endpoint(openaiEmbeddings, { openRouter: 'request and reply' })],
  [
    '/v1/messages',
    endpoint(DIALECTS['anthropic-messages'], {
      requestIdHeader: 'request-id',
      framing: () => PINGING_FRAMING,
    }),
  ],
]);

function endpoint(format: WireFormat, more: Partial<CallEndpoint>): CallEndpoint {
  return { format, address: NOTHING_SAID, framing: sse, ...more };
}

/** By what they call themselves. */
const MISTRAL_CLIENT = /^mistral-client/;
const OPENROUTER_CLIENT = /@openrouter\/sdk/;

/** Google's client calls one version or the other; the AI SDK leaves `models/` out where the name has a slash. */
const GOOGLE_PATH = /^\/v1(?:beta)?\/(?:models\/)?(.+):(generateContent|streamGenerateContent)$/;

/** @returns undefined when no call is answered to a POST there. */
export function findEndpoint({ url = '', headers }: Requested): CallEndpoint | undefined {
  const queryAt = url.indexOf('?');
  const path = queryAt < 0 ? url : url.slice(0, queryAt);
  const found = ENDPOINTS.get(path);
  if (!found) return googleEndpoint(path, queryAt < 0 ? '' : url.slice(queryAt + 1));
  const client = headers['user-agent'] ?? '';
  if (MISTRAL_CLIENT.test(client)) return { ...found, framing: () => MISTRAL_FRAMING, usageAlways: true };
  return OPENROUTER_CLIENT.test(client) ? { ...found, isOpenRouters: true } : found;
}

/** An error as its client reads it: OpenRouter's takes numbers for codes, where all others take words. */
export function renderCallError(
  { format, isOpenRouters }: CallEndpoint,
  error: WeirError,
  requestId: string,
): object {
  return isOpenRouters ? renderError(error) : format.renderError(error, requestId);
}

/** What only OpenRouter has is answered in its way, to whomever. */
const OPENROUTER_PATH = /^\/v1\/(?:credits|generation|keys?)(?:[/?]|$)/;

/** An error of a request that is no call. */
export function renderRequestError(request: Requested, error: WeirError, requestId: string): object {
  const { url = '', headers } = request;
  const isOpenRouters = OPENROUTER_PATH.test(url) || OPENROUTER_CLIENT.test(headers['user-agent'] ?? '');
  return isOpenRouters ? renderError(error) : dialectOfRequest(request).renderError(error, requestId);
}

/** In which a request that is no call is answered: its client's, as far as the path and the headers tell. */
export function dialectOfRequest({ url = '', headers }: Requested): Dialect {
  if (url.startsWith('/v1/messages') || headers['anthropic-version'] !== undefined) {
    return DIALECTS['anthropic-messages'];
  }
  if (url.startsWith('/v1beta/') || headers['x-goog-api-key'] !== undefined) return DIALECTS['google-gemini'];
  return DIALECTS['openai-chat'];
}

/** @see https://ai.google.dev/api/generate-content */
function googleEndpoint(path: string, query: string): CallEndpoint | undefined {
  const [, model, method] = GOOGLE_PATH.exec(path) ?? [];
  if (model === undefined) return undefined;
  return {
    format: DIALECTS['google-gemini'],
    address: { model: decoded(model), stream: method === 'streamGenerateContent' },
    framing: new URLSearchParams(query).get('alt') === 'sse' ? sse : jsonArrayFraming,
  };
}

/** A name that is not well encoded is looked up as it stands, and not found. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
