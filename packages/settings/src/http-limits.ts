import type { IncomingMessage, ServerOptions } from 'node:http';
import { wholeNumber } from './fields.ts';

const SECOND = 1_000;

/** `WEIR_HEADERS_TIMEOUT_MS`: headers fit in a few packets; who sends them byte by byte means to hold a connection. */
export const headersTimeoutMs = wholeNumber(10 * SECOND, 100, 600 * SECOND);

/** `WEIR_REQUEST_TIMEOUT_MS`: what the dashboard and the api are sent is small; a line that is slow needs seconds. */
export const requestTimeoutMs = wholeNumber(30 * SECOND, 100, 600 * SECOND);

/** Of all headers of a request together, its first line among them: room for a long cookie and a traced request. */
const HEADER_BYTES_MAX = 16 * 1024;

/** A browser behind three proxies sends some thirty. Node itself would drop those beyond a limit without a word. */
const HEADERS_MAX = 100;

/** Node looks every 30 seconds for connections that are out of time, unless it is told otherwise. */
const TIMEOUTS_CHECKED_EVERY_MS = 500;

/** The body and the headers of one request have to arrive within these. */
export interface ArrivalTimeouts {
  readonly headersMs: number;
  /** From the first byte to the last. */
  readonly requestMs: number;
}

/**
 * What `createServer` is told, of every server that strangers reach. Who is too slow gets 408, who sends headers that are
 * too long 431, and the connection is closed.
 */
export function arrivalLimits({ headersMs, requestMs }: ArrivalTimeouts) {
  return {
    maxHeaderSize: HEADER_BYTES_MAX,
    headersTimeout: Math.min(headersMs, requestMs),
    requestTimeout: requestMs,
    connectionsCheckingInterval: TIMEOUTS_CHECKED_EVERY_MS,
  } satisfies ServerOptions;
}

/** Whether a request has more headers than any honest one, and is to be answered with 431. */
export function hasTooManyHeaders({ rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>): boolean {
  // Names and values take turns in it.
  return rawHeaders.length > 2 * HEADERS_MAX;
}

/**
 * Whether a connection has run out of time without a byte. Browsers open some before they need them, and take what is
 * answered there for the answer to their next request: it is closed without a word.
 */
export function isUnused(error: { code?: string }, { bytesRead }: { bytesRead: number }): boolean {
  return error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && bytesRead === 0;
}
