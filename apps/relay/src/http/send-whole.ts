import type { ServerResponse } from 'node:http';
import type { WeirError } from '@weir/core/errors';
import { renderCallError } from './call-endpoint.ts';
import type { HttpExchange } from './call-server.ts';
import { replyHeaders, type ReplyHeaders } from './reply-headers.ts';

/** Above this, a copy costs more than it saves. */
const TEXT_BYTES_MAX = 16 * 1024;

/** A JSON reply, all at once. */
export function sendWhole(
  response: ServerResponse,
  status: number,
  headers: ReplyHeaders,
  body: string | Buffer,
): void {
  response.writeHead(status, {
    ...headers,
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
  });
  // Bytes would be handed to the system beside the headers, in a list of two; a text is put behind them, as one.
  if (typeof body === 'string' || body.length > TEXT_BYTES_MAX) response.end(body);
  else response.end(body.toString('latin1'), 'latin1');
  limitFlush(response);
}

/** An error in the client's dialect, as a reply of its own. */
export function sendError(exchange: HttpExchange, error: WeirError): void {
  const { response, requestId, endpoint } = exchange;
  const { status, retryAfterSeconds } = error;
  if (retryAfterSeconds !== undefined) response.setHeader('retry-after', retryAfterSeconds);
  // The rest of the body is not wanted.
  if (status === 413) response.setHeader('connection', 'close');
  const body = JSON.stringify(renderCallError(endpoint, error, requestId));
  exchange.tap?.add(body);
  sendWhole(response, status, replyHeaders(exchange), body);
}

const FLUSH_TIMEOUT_MS = 30_000;

/** The response has been ended. What its client does not take within `FLUSH_TIMEOUT_MS` is not worth a connection. */
export function limitFlush(response: ServerResponse): void {
  // Nearly always the system has taken all of it at once.
  if (response.socket?.writableLength === 0) return;
  const timer = setTimeout(() => response.destroy(), FLUSH_TIMEOUT_MS).unref();
  response.once('close', () => clearTimeout(timer));
}
