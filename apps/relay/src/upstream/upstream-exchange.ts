import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { Cancellation } from '../cancellation.ts';

/** A vendor's reply; its body has not been read. */
export interface UpstreamReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: UpstreamBody;
}

/** A body that comes no faster than it is read. */
export interface UpstreamBody {
  /**
   * The next bytes; undefined at the end.
   * @throws why the body broke off, or the reason with which the call was aborted.
   */
  read(): Promise<Buffer | undefined> | Buffer | undefined;
  /** The rest is not wanted: it is let pass, if it is short, so that the connection can be used again. */
  discard(): void;
  /** Closes the connection. */
  destroy(): void;
}

/** Read ahead of the reader up to here; then the vendor has to wait. */
const AHEAD_BYTES_MAX = 128 * 1024;

const REST_BYTES_MAX = 64 * 1024;
const REST_TIMEOUT_MS = 1_000;

/**
 * One request and its reply, on undici's dispatcher itself: without the stream objects of its `request`.
 */
export class UpstreamExchange implements Dispatcher.DispatchHandler, UpstreamBody {
  readonly reply: Promise<UpstreamReply>;
  readonly #cancellation: Cancellation;
  readonly #onCancelled: () => void;
  #resolveReply!: (reply: UpstreamReply) => void;
  #rejectReply!: (reason: unknown) => void;
  #controller: Dispatcher.DispatchController | undefined;
  #chunks: Buffer[] = [];
  #aheadBytes = 0;
  #ended = false;
  #failure: { readonly reason: unknown } | undefined;
  #reader: PromiseWithResolvers<Buffer | undefined> | undefined;
  #discarding: NodeJS.Timeout | undefined;
  #discardedBytes = 0;

  constructor(cancellation: Cancellation) {
    const { promise, resolve, reject } = Promise.withResolvers<UpstreamReply>();
    this.reply = promise;
    this.#resolveReply = resolve;
    this.#rejectReply = reject;
    this.#cancellation = cancellation;
    this.#onCancelled = () => {
      // Nobody waits for what had come already; what came before a connection broke is passed on.
      this.#chunks = [];
      this.#fail(cancellation.reason);
    };
    cancellation.listen(this.#onCancelled);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#failure) controller.abort(asError(this.#failure.reason));
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    // 1xx only announce the reply.
    if (status >= 200) this.#resolveReply({ status, headers, body: this });
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#discarding) {
      this.#discardedBytes += chunk.length;
      if (this.#discardedBytes > REST_BYTES_MAX) this.destroy();
      return;
    }
    if (this.#reader) {
      this.#reader.resolve(chunk);
      this.#reader = undefined;
      return;
    }
    this.#chunks.push(chunk);
    this.#aheadBytes += chunk.length;
    if (this.#aheadBytes > AHEAD_BYTES_MAX) controller.pause();
  }

  onResponseEnd(): void {
    this.#ended = true;
    this.#controller = undefined;
    this.#release();
    this.#reader?.resolve(undefined);
    this.#reader = undefined;
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    this.#fail(error);
  }

  read(): Promise<Buffer | undefined> | Buffer | undefined {
    const chunk = this.#chunks.shift();
    if (chunk) {
      this.#aheadBytes -= chunk.length;
      if (this.#chunks.length === 0) this.#controller?.resume();
      return chunk;
    }
    if (this.#failure) return Promise.reject(asError(this.#failure.reason));
    if (this.#ended) return undefined;
    this.#reader = Promise.withResolvers();
    return this.#reader.promise;
  }

  discard(): void {
    this.#chunks = [];
    if (this.#ended || this.#failure) return;
    this.#discarding = setTimeout(() => this.destroy(), REST_TIMEOUT_MS);
    this.#controller?.resume();
  }

  destroy(): void {
    if (!this.#ended) this.#fail(new Error('the rest of the reply is not wanted'));
  }

  #fail(reason: unknown): void {
    if (this.#failure || this.#ended) return;
    this.#failure = { reason };
    this.#release();
    this.#controller?.abort(asError(reason));
    this.#rejectReply(reason);
    this.#reader?.reject(reason);
    this.#reader = undefined;
  }

  #release(): void {
    this.#cancellation.unlisten(this.#onCancelled);
    clearTimeout(this.#discarding);
  }
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('aborted', { cause: reason });
}
