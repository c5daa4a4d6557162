import type { HttpExchange, ReplyTap } from '../http/call-server.ts';
import { BoundedBytes, type ByteBudget } from './bounded-bytes.ts';

/** A capture that is on: for whom calls are sealed, and until when. */
export interface CaptureTarget {
  readonly captureId: string;
  /** An uncompressed point of P-256. */
  readonly publicKey: Uint8Array;
  readonly endsAtMs: number;
}

/** A captured call whose reply is over. */
export interface CapturedCall {
  readonly target: CaptureTarget;
  readonly requestId: string;
  /** Undefined where the call did not get so far. */
  readonly modelId: string | undefined;
  /** Undefined where the client had gone before it got one. */
  readonly status: number | undefined;
  readonly startedAt: Date;
  readonly durationMs: number;
  readonly request: BoundedBytes;
  readonly reply: BoundedBytes;
}

export interface Captures {
  /** Captures a call from now on, without any further doing; undefined when the capture’s time is over. */
  begin(target: CaptureTarget, exchange: HttpExchange): Capture | undefined;
  /** Writes what is there, as far as the database takes it soon. */
  stop(): Promise<void>;
}

export interface CaptureOptions {
  readonly target: CaptureTarget;
  readonly exchange: HttpExchange;
  /** Of the request and of the reply, each. */
  readonly bytesMax: number;
  readonly budget: ByteBudget;
  /** Called once, when the reply is over. */
  readonly onEnd: (call: CapturedCall) => void;
  /** In its place, when there was no room. */
  readonly onLost: (target: CaptureTarget) => void;
}

/** A call that is being captured: its body, and its reply as the client gets it. No header, so no key. */
export class Capture implements ReplyTap {
  readonly #options: CaptureOptions;
  readonly #request: BoundedBytes;
  readonly #reply: BoundedBytes;
  readonly #startedAt = new Date();
  readonly #startedAtMs = performance.now();
  #modelId: string | undefined;
  /** Ended, or given up. */
  #isOver = false;

  constructor(options: CaptureOptions) {
    this.#options = options;
    this.#request = new BoundedBytes(options.bytesMax);
    this.#reply = new BoundedBytes(options.bytesMax);
    options.exchange.tap = this;
    options.exchange.response.once('close', () => this.#end());
  }

  readonly onReceived = (bytes: Buffer): void => this.#keep(this.#request, bytes);

  add(bytes: Buffer | string): void {
    this.#keep(this.#reply, bytes);
  }

  callsModel(modelId: string): void {
    this.#modelId = modelId;
  }

  #keep(part: BoundedBytes, bytes: Buffer | string): void {
    const { budget, target, onLost } = this.#options;
    if (this.#isOver || part.add(bytes, budget)) return;
    this.#isOver = true;
    this.#request.clear(budget);
    this.#reply.clear(budget);
    onLost(target);
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { target, exchange, onEnd } = this.#options;
    const { requestId, response } = exchange;
    onEnd({
      target,
      requestId,
      modelId: this.#modelId,
      status: response.headersSent ? response.statusCode : undefined,
      startedAt: this.#startedAt,
      durationMs: Math.round(performance.now() - this.#startedAtMs),
      request: this.#request,
      reply: this.#reply,
    });
  }
}
