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

/** What is kept of a reply that may not begin yet; then its vendor has to wait, too. */
const EARLY_BYTES_MAX = 128 * 1024;

const STREAM_HEADERS = {
  'cache-control': 'no-cache',
  // nginx would collect the stream otherwise.
  'x-accel-buffering': 'no',
};

/** The client's end of one call: what has been sent, whether anybody is still there, and the pace they read at. */
export class ClientReply {
  readonly #options: ClientReplyOptions;
  readonly #response: ServerResponse;
  /** Of a stream. */
  readonly #signs: KeepAlive | undefined;
  /** What was written before the reply may begin; undefined once it has begun. */
  #early: Buffer[] | undefined = [];
  #earlyBytes = 0;
  /** Whether anything of the reply itself has been sent. */
  #begun = false;
  /** Of a stream that has been begun. */
  #stream: ChunkedBody | undefined;
  #gone = false;
  #written = false;
  /** Where events are numbered, an error goes on counting after them. */
  #sentLast: Buffer | string | undefined;
  #onDrained: (() => void) | undefined;

  /** Called when the first bytes of a stream are written. */
  onFirstWrite: (() => void) | undefined;

  /** Takes the response over. */
  constructor(options: ClientReplyOptions) {
    this.#options = options;
    const { response } = options.exchange;
    this.#response = response;
    if (options.streamed) {
      this.#signs = new KeepAlive(options.keepAlive, () => this.#giveSign());
      options.cancellation.listen(() => this.#wake());
    }
    response.once('close', () => {
      this.#signs?.stop();
      if (!response.writableFinished) this.#leave();
    });
    if (response.destroyed) this.#leave();
  }

  /** The client went away before the reply was complete. */
  get gone(): boolean {
    return this.#gone;
  }

  /** Somebody waits, and nothing of a reply has been written: it can still come from elsewhere. */
  get isOpen(): boolean {
    return !this.#written && !this.#gone;
  }

  /** What has been written is sent, as is what follows; a silent stream gives signs of life, the first of which sends its headers. */
  begin(): void {
    const early = this.#early ?? [];
    this.#early = undefined;
    if (this.#gone || !this.#options.streamed) return;
    this.#signs?.restart();
    for (const bytes of early) this.#send(bytes);
    this.#wake();
  }

  /**
   * Until the reply may begin, nothing is sent of it.
   * @returns undefined when more is taken at once; else resolves when it is, or when the client has gone or is given up.
   */
  write(bytes: Buffer | string): Promise<void> | undefined {
    if (this.#gone || bytes.length === 0) return undefined;
    if (!this.#written) {
      this.#written = true;
      this.onFirstWrite?.();
    }
    if (this.#early) {
      // A text that was put together of many is as many objects, which the collector would move for as long as it is kept.
      const kept = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
      this.#early.push(kept);
      this.#earlyBytes += kept.length;
      return this.#earlyBytes > EARLY_BYTES_MAX ? this.#untilWoken() : undefined;
    }
    this.#signs?.restart();
    if (this.#send(bytes)) return undefined;
    this.#stream?.onDrained(() => this.#wake());
    return this.#untilWoken();
  }

  /** Ends a stream with its last bytes, or sends a whole JSON reply. */
  finish(lastBytes: Buffer | string): void {
    this.#signs?.stop();
    if (this.#gone) return;
    const { exchange, streamed } = this.#options;
    if (streamed) return this.#end(lastBytes);
    exchange.tap?.add(lastBytes);
    sendWhole(this.#response, 200, replyHeaders(exchange), lastBytes);
  }

  /** An error in the client's dialect: a status as long as nothing has been sent, an error message after that. */
  fail(error: WeirError): void {
    this.#signs?.stop();
    if (this.#gone) return;
    const { exchange, framing } = this.#options;
    if (!this.#stream) return sendError(exchange, error);
    const message =
      framing.errorMessage?.(error) ??
      exchange.endpoint.format.renderStreamError(error, exchange.requestId, this.#sentLast?.toString());
    this.#end(framing.frame([message]) + framing.end());
  }

  #giveSign(): void {
    const { framing, exchange } = this.#options;
    const stream = this.#openStream();
    if (stream.needsDrain) return;
    const { signOfLife, signOfLifeWithin = signOfLife } = framing;
    const sign = this.#begun ? signOfLifeWithin : signOfLife;
    exchange.tap?.add(sign);
    stream.write(sign);
  }

  #end(lastBytes: Buffer | string): void {
    this.#options.exchange.tap?.add(lastBytes);
    this.#openStream().end(lastBytes);
    limitFlush(this.#response);
  }

  /** @returns whether the client takes more at once. */
  #send(bytes: Buffer | string): boolean {
    const stream = this.#openStream();
    this.#begun = true;
    this.#sentLast = bytes;
    this.#options.exchange.tap?.add(bytes);
    return stream.write(bytes);
  }

  #openStream(): ChunkedBody {
    if (this.#stream) return this.#stream;
    const { exchange, framing } = this.#options;
    const headers = { ...replyHeaders(exchange), ...STREAM_HEADERS, 'content-type': framing.contentType };
    this.#response.writeHead(200, headers);
    return (this.#stream = new ChunkedBody(this.#response));
  }

  /** Who has been given up already is not waited for. */
  #untilWoken(): Promise<void> | undefined {
    if (this.#options.cancellation.reason) return undefined;
    return new Promise((resolve) => {
      this.#onDrained = resolve;
    });
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
