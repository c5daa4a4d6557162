import type { ServerResponse } from 'node:http';
import type { WeirError } from '@weir/core/errors';
import { renderError } from '@weir/dialects/openai-chat';

export interface KeepAlive {
  /** Silence before the first comment, and between further ones. */
  readonly firstMs: number;
  readonly everyMs: number;
}

/** The client's end of one call: what has been sent, whether anybody is still there, and the pace they read at. */
export interface ClientReply {
  /** The client went away before the reply was complete. */
  readonly gone: boolean;
  /** Resolves when the client can take more, or has gone. */
  write(bytes: Buffer): Promise<void> | undefined;
  /** Ends a stream with its last bytes, or sends a whole JSON reply. */
  finish(lastBytes: Buffer): void;
  /** An error in the client's dialect: a status as long as nothing has been sent, an error chunk after that. */
  fail(error: WeirError): void;
}

export interface ClientReplyOptions {
  readonly response: ServerResponse;
  readonly streamed: boolean;
  readonly headers: Readonly<Record<string, string | number | string[] | undefined>>;
  readonly keepAlive: KeepAlive;
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

/** Takes a response over. A stream is kept alive by comments, which every client of the standard passes over. */
export function clientReply({
  response,
  streamed,
  headers,
  keepAlive,
  onGone,
}: ClientReplyOptions): ClientReply {
  let gone = false;
  let drained: (() => void) | undefined;
  let keepAliveTimer: NodeJS.Timeout | undefined;

  const wake = (): void => {
    drained?.();
    drained = undefined;
  };
  response.on('drain', wake);
  response.once('close', () => {
    clearTimeout(keepAliveTimer);
    if (response.writableFinished) return;
    gone = true;
    onGone();
    wake();
  });
  if (response.destroyed) {
    gone = true;
    onGone();
  }
  if (streamed && !gone) keepAliveTimer = setTimeout(sendComment, keepAlive.firstMs);

  function sendComment(): void {
    openStream();
    response.write(COMMENT);
    keepAliveTimer = setTimeout(sendComment, keepAlive.everyMs);
  }

  function openStream(): void {
    if (!response.headersSent) response.writeHead(200, { ...headers, ...STREAM_HEADERS });
  }

  function restartKeepAlive(): void {
    clearTimeout(keepAliveTimer);
    keepAliveTimer = setTimeout(sendComment, keepAlive.firstMs);
  }

  function sendWhole(status: number, body: string | Buffer, more: Record<string, string> = {}): void {
    response.writeHead(status, {
      ...headers,
      ...more,
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(body),
    });
    response.end(body);
  }

  return {
    get gone() {
      return gone;
    },
    write(bytes) {
      if (gone || bytes.length === 0) return undefined;
      openStream();
      restartKeepAlive();
      if (response.write(bytes)) return undefined;
      return new Promise((resolve) => {
        drained = resolve;
      });
    },
    finish(lastBytes) {
      clearTimeout(keepAliveTimer);
      if (gone) return;
      if (!streamed) return sendWhole(200, lastBytes);
      openStream();
      response.end(lastBytes);
    },
    fail(error) {
      clearTimeout(keepAliveTimer);
      if (gone) return;
      if (response.headersSent) {
        response.end(`data: ${JSON.stringify(renderError(error))}\n\n`);
        return;
      }
      const { retryAfterSeconds } = error;
      sendWhole(
        error.status,
        JSON.stringify(renderError(error)),
        retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) },
      );
    },
  };
}
