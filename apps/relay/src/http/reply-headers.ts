import type { HttpExchange } from './call-server.ts';

/** Headers of a response; none is left undefined. */
export type ReplyHeaders = Readonly<Record<string, string | number>>;

/** What a page of another origin may read of a reply's headers. */
export const EXPOSED_HEADERS = ['x-request-id', 'request-id', 'retry-after'];

const EXPOSED = EXPOSED_HEADERS.join(', ');

/** On every reply to a call. Keys, not cookies, authenticate here: a page of any origin may call with the key it was given. */
export function replyHeaders({
  requestId,
  endpoint,
}: Pick<HttpExchange, 'requestId' | 'endpoint'>): ReplyHeaders {
  return {
    'x-request-id': requestId,
    ...(endpoint.requestIdHeader && { [endpoint.requestIdHeader]: requestId }),
    'access-control-allow-origin': '*',
    'access-control-expose-headers': EXPOSED,
  };
}
