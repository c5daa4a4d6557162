import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { newId } from '@weir/core/ids';
import { WeirError } from '@weir/core/errors';
import { arrivalLimits, hasTooManyHeaders, type ArrivalTimeouts } from '@weir/settings/http-limits';
import { KEEP_TO_HTTPS } from '@weir/settings/keep-to-https';
import type { Logger } from 'pino';
import { gather } from '../steps.ts';
import { asWeirError, logFailure } from './as-weir-error.ts';
import { findEndpoint, renderRequestError, type CallEndpoint } from './call-endpoint.ts';
import { INERT, type ReplyHeaders } from './reply-headers.ts';
import { sendError, sendWhole } from './send-whole.ts';

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
  /** What each reply of this server says of how it is reached. */
  readonly reachHeaders: ReplyHeaders;
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
  readonly arrival: ArrivalTimeouts;
  /** Whether programs reach it by https alone. */
  readonly isHttps: boolean;
  /** Whether a request is refused for having come unencrypted. */
  readonly isPlainHttp: (request: IncomingMessage) => boolean;
  readonly log: Logger;
}

/** Longer than a load balancer keeps an idle connection (60 s is usual), so that it is the one to close it. */
const KEEP_ALIVE_TIMEOUT_MS = 72_000;

/**
 * The server of the relay: calls are taken off Node's own server, where every microsecond counts; the few other
 * requests go to a framework.
 */
export function callServer(options: CallServerOptions): Server {
  const { answer, rest, log, arrival, isPlainHttp } = options;
  const reachHeaders: ReplyHeaders = options.isHttps ? KEEP_TO_HTTPS : {};
  const server = createServer(arrivalLimits(arrival), (request, response) => {
    if (hasTooManyHeaders(request)) {
      const error = new WeirError('invalid_request', 'The request has too many headers.');
      refuse(request, response, { error, reachHeaders, status: 431 });
      return;
    }
    if (isPlainHttp(request)) {
      refuse(request, response, { error: new WeirError('https_required', HTTPS_REQUIRED), reachHeaders });
      return;
    }
    const endpoint = request.method === 'POST' ? findEndpoint(request) : undefined;
    if (!endpoint) {
      for (const [name, value] of Object.entries(reachHeaders)) response.setHeader(name, value);
      rest(request, response);
      return;
    }
    const exchange: HttpExchange = { requestId: newId('request'), endpoint, request, response, reachHeaders };
    gather(() => {
      answer(exchange).catch((thrown: unknown) => {
        const error = asWeirError(thrown);
        logFailure(log, exchange.requestId, error);
        sendError(exchange, error);
      });
    });
  });
  server.keepAliveTimeout = KEEP_ALIVE_TIMEOUT_MS;
  return server;
}

const HTTPS_REQUIRED =
  'This came unencrypted. Call https:// instead; a key that was sent along may have been read by others: replace it.';

interface Refusal {
  readonly error: WeirError;
  readonly reachHeaders: ReplyHeaders;
  /** By default the error's own. */
  readonly status?: number;
}

/** The connection is closed: who sends this is no client of ours. */
function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  { error, reachHeaders, status = error.status }: Refusal,
): void {
  const requestId = newId('request');
  const headers = { ...reachHeaders, ...INERT, 'x-request-id': requestId, connection: 'close' };
  sendWhole(response, status, headers, JSON.stringify(renderRequestError(request, error, requestId)));
}
