import type { ServerResponse } from 'node:http';
import type { WeirError } from '@weir/core/errors';
import { renderError } from '@weir/dialects/openai-chat';
import { keepAlive, type KeepAliveTimes } from './keep-alive.ts';
import type { ReplyHeaders } from './reply-headers.ts';

/** The client's end of one call: what has been sent, whether anybody is still there, and the pace they read at. */
export interface ClientReply {
  /** The client went away before the reply was complete. */
  readonly gone: boolean;
  /** From now on a silent stream gives signs of life; the first of them sends its headers. */
  keepAlive(): void;
  /** @returns undefined when the client takes more at once; else resolves when it does, has gone, or is given up. */
  write(bytes: Buffer): Promise<void> | undefined;
  /** Ends a stream with its last bytes, or sends a whole JSON reply. */
  finish(lastBytes: Buffer): void;
  /** An error in the client's dialect: a status as long as nothing has been sent, an error chunk after that. */
  fail(error: WeirError): void;
}

export interface ClientReplyOptions {
  readonly response: ServerResponse;
  readonly streamed: boolean;
  readonly headers: ReplyHeaders;
  readonly keepAlive: KeepAliveTimes;
  /** Ends the wait for a client that reads too slowly. */
  readonly signal: AbortSignal;
  /** Called once, at the moment the client goes. */
  readonly onGone: () => void;
}

const STREAM_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache',
  // nginx would collect the stream otherwise.
  'x-accel-buffering': 'no',
};

const COMMENT = ': weir\n\n';
const FLUSH_TIMEOUT_MS = 30_000;

/** Takes a response over. A stream is kept alive by comments, which every client of the standard passes over. */
export function clientReply(options: ClientReplyOptions): ClientReply {
  const { response, streamed, headers, onGone } = options;
  let gone = false;
  let drained: (() => void) | undefined;
  const comments = keepAlive(options.keepAlive, () => {
    openStream();
    if (!response.writableNeedDrain) response.write(COMMENT);
  });

  const wake = (): void => {
    drained?.();
    drained = undefined;
  };
  response.on('drain', wake);
  options.signal.addEventListener('abort', wake, { once: true });
  response.once('close', () => {
    comments.stop();
    if (response.writableFinished) return;
    gone = true;
    onGone();
    wake();
  });
  if (response.destroyed) {
    gone = true;
    onGone();
  }

  function openStream(): void {
    if (!response.headersSent) response.writeHead(200, { ...headers, ...STREAM_HEADERS });
  }

  return {
    get gone() {
      return gone;
    },
    keepAlive() {
      if (streamed && !gone) comments.restart();
    },
    write(bytes) {
      if (gone || bytes.length === 0) return undefined;
      openStream();
      comments.restart();
      if (response.write(bytes)) return undefined;
      return new Promise((resolve) => {
        drained = resolve;
      });
    },
    finish(lastBytes) {
      comments.stop();
      if (gone) return;
      if (!streamed) return sendWhole(response, 200, headers, lastBytes);
      openStream();
      end(response, lastBytes);
    },
    fail(error) {
      comments.stop();
      if (gone) return;
      const json = JSON.stringify(renderError(error));
      if (response.headersSent) return end(response, `data: ${json}\n\n`);
      const { status, retryAfterSeconds } = error;
      const retryAfter = retryAfterSeconds === undefined ? {} : { 'retry-after': retryAfterSeconds };
      sendWhole(response, status, { ...headers, ...retryAfter }, json);
    },
  };
}

function sendWhole(
  response: ServerResponse,
  status: number,
  headers: ClientReplyOptions['headers'],
  body: string | Buffer,
): void {
  response.writeHead(status, {
    ...headers,
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
  });
  end(response, body);
}

/** What a client does not take within `FLUSH_TIMEOUT_MS` is not worth a connection. */
function end(response: ServerResponse, last: string | Buffer): void {
  response.end(last);
  const timer = setTimeout(() => response.destroy(), FLUSH_TIMEOUT_MS).unref();
  response.once('close', () => clearTimeout(timer));
}
