import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { Cancellation } from '../cancellation.ts';
import { gather } from '../steps.ts';

/** A vendor's reply; its body has not been read. */
export interface UpstreamReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: UpstreamBody;
}

/** @returns whether it has enough. */
export type Take = (bytes: Buffer) => boolean | Promise<boolean>;

/** A body that comes no faster than it is taken. */
export interface UpstreamBody {
  /**
   * Hands over what comes the moment it comes, as a promise for each piece of a stream would cost as much as all else that
   * is done with it. While a promise of `take`'s is open, the next piece waits. Ends where `take` has enough, or with
   * the body.
   * @throws what `take` throws, why the body broke off, or the reason with which the call was aborted.
   */
  forEach(take: Take): Promise<void>;
  /** The rest is not wanted: it is let pass, if it is short, so that the connection can be used again. */
  discard(): void;
  /** Closes the connection. */
  destroy(): void;
}

interface Taking {
  readonly take: Take;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
  /** A promise of `take`'s is open. */
  waits: boolean;
}

/** What may come while the next piece waits; then the vendor has to wait, too. */
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
  #paused = false;
  /** The reply has begun: what goes wrong from here on is told to whoever takes its body. */
  #begun = false;
  #ended = false;
  #failure: { readonly reason: unknown } | undefined;
  #taking: Taking | undefined;
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
    if (status < 200) return;
    this.#begun = true;
    gather(() => this.#resolveReply({ status, headers, body: this }));
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#discarding) {
      this.#discardedBytes += chunk.length;
      if (this.#discardedBytes > REST_BYTES_MAX) this.destroy();
      return;
    }
    const taking = this.#taking;
    if (taking && !taking.waits && this.#chunks.length === 0) {
      this.#handOver(taking, chunk);
      return;
    }
    this.#chunks.push(chunk);
    this.#aheadBytes += chunk.length;
    if (this.#aheadBytes <= AHEAD_BYTES_MAX) return;
    this.#paused = true;
    controller.pause();
  }

  onResponseEnd(): void {
    this.#ended = true;
    this.#controller = undefined;
    this.#release();
    this.#goOn();
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    this.#fail(error);
  }

  forEach(take: Take): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#taking = { take, resolve, reject, waits: false };
    this.#goOn();
    return promise;
  }

  discard(): void {
    this.#chunks = [];
    if (this.#ended || this.#failure) return;
    this.#discarding = setTimeout(() => this.destroy(), REST_TIMEOUT_MS);
    this.#resume();
  }

  destroy(): void {
    if (!this.#ended) this.#fail(new Error('the rest of the reply is not wanted'));
  }

  #fail(reason: unknown): void {
    if (this.#failure || this.#ended) return;
    this.#failure = { reason };
    this.#release();
    this.#controller?.abort(asError(reason));
    if (!this.#begun) this.#rejectReply(reason);
    this.#goOn();
  }

  /** Hands over what has come, and tells of the end when there is no more. */
  #goOn(): void {
    const taking = this.#taking;
    if (!taking || taking.waits) return;
    for (let chunk = this.#chunks.shift(); chunk; chunk = this.#chunks.shift()) {
      this.#aheadBytes -= chunk.length;
      if (!this.#handOver(taking, chunk)) return;
    }
    if (this.#failure) this.#stopTaking(() => taking.reject(asError(this.#failure?.reason)));
    else if (this.#ended) this.#stopTaking(taking.resolve);
    else this.#resume();
  }

  /** @returns whether the next can follow at once. */
  #handOver(taking: Taking, chunk: Buffer): boolean {
    try {
      const enough = taking.take(chunk);
      if (typeof enough === 'boolean') {
        if (enough) this.#stopTaking(taking.resolve);
        return !enough;
      }
      taking.waits = true;
      enough.then(
        (has) => {
          taking.waits = false;
          if (has) this.#stopTaking(taking.resolve);
          this.#goOn();
        },
        (thrown: unknown) => this.#stopTaking(() => taking.reject(thrown)),
      );
    } catch (thrown) {
      this.#stopTaking(() => taking.reject(thrown));
    }
    return false;
  }

  #stopTaking(conclude: () => void): void {
    this.#taking = undefined;
    conclude();
  }

  #resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#controller?.resume();
  }

  #release(): void {
    this.#cancellation.unlisten(this.#onCancelled);
    clearTimeout(this.#discarding);
  }
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('aborted', { cause: reason });
}
