import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { newId } from '@weir/core/ids';
import type { Logger } from 'pino';
import { asWeirError, logFailure } from './as-weir-error.ts';
import { findEndpoint, type CallEndpoint } from './call-endpoint.ts';
import type { ReplyHeaders } from './reply-headers.ts';
import { sendError } from './send-whole.ts';

/** Sees what goes to the client. */
export interface ReplyTap {
  add(bytes: Buffer | string): void;
}

/** A request to an endpoint and its response, in one. */
export interface HttpExchange {
  readonly requestId: string;
  readonly endpoint: CallEndpoint;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** What is left of its key's limits of a minute; absent where there are none. */
  limitHeaders?: ReplyHeaders;
  /** Absent but for a call that its holder has captured. */
  tap?: ReplyTap;
}

export interface CallServerOptions {
  /** Answers what is posted to an endpoint; what it throws is sent as an error of the endpoint's dialect. */
  readonly answer: (exchange: HttpExchange) => Promise<void>;
  /** Answers everything else. */
  readonly rest: RequestListener;
  readonly log: Logger;
}

/** A request of any size has to arrive within this; a stalled upload does not hold a connection for ever. */
const REQUEST_TIMEOUT_MS = 5 * 60_000;

/** Longer than a load balancer keeps an idle connection (60 s is usual), so that it is the one to close it. */
const KEEP_ALIVE_TIMEOUT_MS = 72_000;

/**
 * The server of the relay: calls are taken off Node's own server, where every microsecond counts; the few other
 * requests go to a framework.
 */
export function callServer({ answer, rest, log }: CallServerOptions): Server {
  const server = createServer((request, response) => {
    const endpoint = request.method === 'POST' ? findEndpoint(request) : undefined;
    if (!endpoint) {
      rest(request, response);
      return;
    }
    const exchange: HttpExchange = { requestId: newId('request'), endpoint, request, response };
    answer(exchange).catch((thrown: unknown) => {
      const error = asWeirError(thrown);
      logFailure(log, exchange.requestId, error);
      sendError(exchange, error);
    });
  });
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.keepAliveTimeout = KEEP_ALIVE_TIMEOUT_MS;
  return server;
}
