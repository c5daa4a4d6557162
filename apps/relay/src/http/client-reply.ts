import type { ServerResponse } from 'node:http';
import type { WeirError } from '@weir/core/errors';
import type { Cancellation } from '../cancellation.ts';
import type { HttpExchange } from './call-server.ts';
import type { Framing } from './framing.ts';
import { ChunkedBody } from './chunked-body.ts';
import { KeepAlive, type KeepAliveTimes } from './keep-alive.ts';
import { replyHeaders } from './reply-headers.ts';
import { limitFlush, sendError, sendWhole } from './send-whole.ts';

export interface ClientReplyOptions {
  readonly exchange: HttpExchange;
  readonly streamed: boolean;
  /** Of a streamed reply. */
  readonly framing: Framing;
  readonly keepAlive: KeepAliveTimes;
  /** Ends the wait for a client that reads too slowly. */
  readonly cancellation: Cancellation;
  /** Called once, at the moment the client goes. */
  readonly onGone: () => void;
}

const STREAM_HEADERS = {
  'cache-control': 'no-cache',
  // nginx would collect the stream otherwise.
  'x-accel-buffering': 'no',
};

/** The client's end of one call: what has been sent, whether anybody is still there, and the pace they read at. */
export class ClientReply {
  readonly #options: ClientReplyOptions;
  readonly #response: ServerResponse;
  readonly #signs: KeepAlive;
  /** Of a stream that has been begun. */
  #stream: ChunkedBody | undefined;
  #gone = false;
  #onDrained: (() => void) | undefined;

  /** Takes the response over. */
  constructor(options: ClientReplyOptions) {
    this.#options = options;
    const { response } = options.exchange;
    this.#response = response;
    this.#signs = new KeepAlive(options.keepAlive, () => {
      const stream = this.#openStream();
      if (stream.needsDrain) return;
      options.exchange.tap?.add(options.framing.signOfLife);
      stream.write(options.framing.signOfLife);
    });
    options.cancellation.listen(() => this.#wake());
    response.once('close', () => {
      this.#signs.stop();
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
    if (this.#options.streamed && !this.#gone) this.#signs.restart();
  }

  /** @returns undefined when the client takes more at once; else resolves when it does, has gone, or is given up. */
  write(bytes: Buffer | string): Promise<void> | undefined {
    if (this.#gone || bytes.length === 0) return undefined;
    const stream = this.#openStream();
    this.#signs.restart();
    this.#options.exchange.tap?.add(bytes);
    // Who has been given up already is not waited for.
    if (stream.write(bytes) || this.#options.cancellation.reason) return undefined;
    return new Promise((resolve) => {
      this.#onDrained = resolve;
      stream.onDrained(() => this.#wake());
    });
  }

  /** Ends a stream with its last bytes, or sends a whole JSON reply. */
  finish(lastBytes: Buffer | string): void {
    this.#signs.stop();
    if (this.#gone) return;
    const { exchange, streamed } = this.#options;
    if (streamed) return this.#end(lastBytes);
    exchange.tap?.add(lastBytes);
    sendWhole(this.#response, 200, replyHeaders(exchange), lastBytes);
  }

  /** An error in the client's dialect: a status as long as nothing has been sent, an error message after that. */
  fail(error: WeirError): void {
    this.#signs.stop();
    if (this.#gone) return;
    const { exchange, framing } = this.#options;
    if (!this.#stream) return sendError(exchange, error);
    const message =
      framing.errorMessage?.(error) ?? exchange.endpoint.format.renderStreamError(error, exchange.requestId);
    this.#end(framing.frame([message]) + framing.end());
  }

  #end(lastBytes: Buffer | string): void {
    this.#options.exchange.tap?.add(lastBytes);
    this.#openStream().end(lastBytes);
    limitFlush(this.#response);
  }

  #openStream(): ChunkedBody {
    if (this.#stream) return this.#stream;
    const { exchange, framing } = this.#options;
    const headers = { ...replyHeaders(exchange), ...STREAM_HEADERS, 'content-type': framing.contentType };
    this.#response.writeHead(200, headers);
    return (this.#stream = new ChunkedBody(this.#response));
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
