import type { IncomingMessage } from 'node:http';
import type { Dialect, RequestAddress, WireFormat } from '@weir/dialects/dialect';
import { DIALECTS } from '@weir/dialects/dialects';
import { openaiCompletions } from '@weir/dialects/openai-completions';
import { openaiEmbeddings } from '@weir/dialects/openai-embeddings';
import { jsonArrayFraming, STRICT_FRAMING, SSE_FRAMING, type Framing } from './framing.ts';

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
}

const sse = (): Framing => SSE_FRAMING;
const NOTHING_SAID: RequestAddress = {};

const ENDPOINTS: ReadonlyMap<string, CallEndpoint> = new Map([
  ['/v1/chat/completions', { format: DIALECTS['openai-chat'], address: NOTHING_SAID, framing: sse }],
  ['/v1/responses', { format: DIALECTS['openai-responses'], address: NOTHING_SAID, framing: sse }],
  ['/v1/completions', { format: openaiCompletions, address: NOTHING_SAID, framing: sse }],
  ['/v1/embeddings', { format: openaiEmbeddings, address: NOTHING_SAID, framing: sse }],
  [
    '/v1/messages',
    {
      format: DIALECTS['anthropic-messages'],
      address: NOTHING_SAID,
      framing: sse,
      requestIdHeader: 'request-id',
    },
  ],
]);

/** By what they call themselves. */
const STRICT_CLIENTS = /^mistral-client|@openrouter\/sdk/;

/** Google's client calls one version or the other; the AI SDK leaves `models/` out where the name has a slash. */
const GOOGLE_PATH = /^\/v1(?:beta)?\/(?:models\/)?(.+):(generateContent|streamGenerateContent)$/;

/** @returns undefined when no call is answered to a POST there. */
export function findEndpoint({ url = '', headers }: Requested): CallEndpoint | undefined {
  const queryAt = url.indexOf('?');
  const path = queryAt < 0 ? url : url.slice(0, queryAt);
  const endpoint = ENDPOINTS.get(path);
  if (!endpoint) return googleEndpoint(path, queryAt < 0 ? '' : url.slice(queryAt + 1));
  return endpoint.framing === sse && STRICT_CLIENTS.test(headers['user-agent'] ?? '')
    ? { ...endpoint, framing: () => STRICT_FRAMING }
    : endpoint;
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
