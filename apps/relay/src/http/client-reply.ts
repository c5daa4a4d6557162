import type { ServerResponse } from 'node:http';
import type { WeirError } from '@weir/core/errors';
import { renderError } from '@weir/dialects/openai-chat';
import type { Cancellation } from '../cancellation.ts';
import { keepAlive, type KeepAlive, type KeepAliveTimes } from './keep-alive.ts';
import type { ReplyHeaders } from './reply-headers.ts';
import { sendError, sendLast, sendWhole } from './send-whole.ts';

export interface ClientReplyOptions {
  readonly response: ServerResponse;
  readonly streamed: boolean;
  readonly headers: ReplyHeaders;
  readonly keepAlive: KeepAliveTimes;
  /** Ends the wait for a client that reads too slowly. */
  readonly cancellation: Cancellation;
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

/**
 * The client's end of one call: what has been sent, whether anybody is still there, and the pace they read at. A stream
 * is kept alive by comments, which every client of the standard passes over.
 */
export class ClientReply {
  readonly #options: ClientReplyOptions;
  readonly #comments: KeepAlive;
  #gone = false;
  #onDrained: (() => void) | undefined;

  /** Takes the response over. */
  constructor(options: ClientReplyOptions) {
    this.#options = options;
    const { response } = options;
    this.#comments = keepAlive(options.keepAlive, () => {
      this.#openStream();
      if (!response.writableNeedDrain) response.write(COMMENT);
    });
    options.cancellation.listen(() => this.#wake());
    response.once('close', () => {
      this.#comments.stop();
      if (!response.writableFinished) this.#leave();
    });
    if (response.destroyed) this.#leave();
  }

  /** The client went away before the reply was complete. */
  get gone(): boolean {
    return this.#gone;
  }

  /** From now on a silent stream gives signs of life; the first of them sends its headers. */
  keepAlive(): void {
    if (this.#options.streamed && !this.#gone) this.#comments.restart();
  }

  /** @returns undefined when the client takes more at once; else resolves when it does, has gone, or is given up. */
  write(bytes: Buffer): Promise<void> | undefined {
    if (this.#gone || bytes.length === 0) return undefined;
    this.#openStream();
    this.#comments.restart();
    if (this.#options.response.write(bytes)) return undefined;
    return new Promise((resolve) => {
      this.#onDrained = resolve;
      this.#options.response.once('drain', () => this.#wake());
    });
  }

  /** Ends a stream with its last bytes, or sends a whole JSON reply. */
  finish(lastBytes: Buffer): void {
    this.#comments.stop();
    if (this.#gone) return;
    const { response, streamed, headers } = this.#options;
    if (!streamed) return sendWhole(response, 200, headers, lastBytes);
    this.#openStream();
    sendLast(response, lastBytes);
  }

  /** An error in the client's dialect: a status as long as nothing has been sent, an error chunk after that. */
  fail(error: WeirError): void {
    this.#comments.stop();
    if (this.#gone) return;
    const { response, headers } = this.#options;
    if (response.headersSent) sendLast(response, `data: ${JSON.stringify(renderError(error))}\n\n`);
    else sendError(response, headers, error);
  }

  #openStream(): void {
    const { response, headers } = this.#options;
    if (!response.headersSent) response.writeHead(200, { ...headers, ...STREAM_HEADERS });
  }

  #leave(): void {
    this.#gone = true;
    this.#options.onGone();
    this.#wake();
  }

  #wake(): void {
    this.#onDrained?.();
    this.#onDrained = undefined;
  }
}
