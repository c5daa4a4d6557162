import type { HttpExchange } from './call-server.ts';

/** Headers of a response; none is left undefined. */
export type ReplyHeaders = Readonly<Record<string, string | number>>;

/** What a page of another origin may read of a reply's headers. */
export const EXPOSED_HEADERS = [
  'x-request-id',
  'request-id',
  'retry-after',
  ...['limit', 'remaining', 'reset'].flatMap((figure) => [
    `x-ratelimit-${figure}-requests`,
    `x-ratelimit-${figure}-tokens`,
  ]),
];

/** Every reply is data for a program: opened in a browser it is no page and does nothing, whatever a caller made a model say. */
export const INERT = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

/**
 * To a page, which names its origin with each call. Keys, not cookies, authenticate here: a page of any origin may call with
 * the key it was given.
 */
const TO_A_PAGE = {
  ...INERT,
  'access-control-allow-origin': '*',
  'access-control-expose-headers': EXPOSED_HEADERS.join(', '),
} as const;

/** On every reply to a call. */
export function replyHeaders({
  requestId,
  request,
  endpoint,
  limitHeaders,
  reachHeaders,
}: Pick<HttpExchange, 'requestId' | 'request' | 'endpoint' | 'limitHeaders' | 'reachHeaders'>): ReplyHeaders {
  const toItsKind = request.headers.origin === undefined ? INERT : TO_A_PAGE;
  const headers: Record<string, string | number> = { ...toItsKind, 'x-request-id': requestId };
  if (endpoint.requestIdHeader) headers[endpoint.requestIdHeader] = requestId;
  return Object.assign(headers, limitHeaders, reachHeaders);
}
