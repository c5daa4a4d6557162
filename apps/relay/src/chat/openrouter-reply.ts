import type { WeirError } from '@weir/core/errors';
import type { SseMessage } from '@weir/dialects/dialect';
import { asObject, asString, parseJson, type JsonObject } from '@weir/dialects/json';
import {
  renderErrorPiece,
  renderPiece,
  renderUsagePiece,
  renderWhole,
  type Cost,
  type ReplyFrame,
} from '@weir/dialects/openrouter';
import { SSE_FRAMING, type Framing } from '../http/framing.ts';
import type { Candidate } from './choose-route.ts';
import type { PricedReply } from './priced-reply.ts';

export interface OpenRouterReplyOptions {
  readonly requestId: string;
  readonly createdAtMs: number;
  /** Whether a stream ends with its usage. */
  readonly usageWanted: boolean;
  readonly streamed: boolean;
}

/**
 * One reply as OpenRouter writes it: it says who served, and what it cost. The usage of a stream is kept back until that
 * is known, and comes as a piece of its own.
 */
export class OpenRouterReply implements Framing, PricedReply {
  readonly framing = this;
  readonly contentType = SSE_FRAMING.contentType;
  readonly signOfLife = SSE_FRAMING.signOfLife;
  readonly passesEvents = false;
  readonly #options: OpenRouterReplyOptions;
  #frame: ReplyFrame;
  #usage: JsonObject | undefined;

  /** @param model as the client calls it. */
  constructor(model: string, options: OpenRouterReplyOptions) {
    this.#options = options;
    const { requestId, createdAtMs } = options;
    this.#frame = { requestId, createdAtMs, model, vendor: undefined, object: 'chat.completion.chunk' };
  }

  servedBy({ model, vendor }: Candidate): void {
    this.#frame = { ...this.#frame, model: model.modelId, vendor };
  }

  frame(messages: readonly SseMessage[]): string {
    return SSE_FRAMING.frame(messages.flatMap((message) => this.#render(message)));
  }

  end(): string {
    return '';
  }

  errorMessage(error: WeirError): SseMessage {
    return { data: JSON.stringify(renderErrorPiece(error, this.#frame)) };
  }

  finish(lastBytes: Buffer, cost: Cost): Buffer {
    const { streamed, usageWanted } = this.#options;
    if (!streamed) return this.#finishWhole(lastBytes, cost);
    const piece = usageWanted ? renderUsagePiece(this.#usage, this.#frame, cost) : undefined;
    if (!piece) return lastBytes;
    return Buffer.concat([Buffer.from(SSE_FRAMING.frame([{ data: JSON.stringify(piece) }])), lastBytes]);
  }

  #finishWhole(bytes: Buffer, cost: Cost): Buffer {
    const reply = asObject(parseJson(bytes.toString()));
    return reply ? Buffer.from(JSON.stringify(renderWhole(reply, this.#frame, cost))) : bytes;
  }

  #render(message: SseMessage): SseMessage[] {
    const sent = asObject(parseJson(message.data));
    if (!sent) return [message];
    const { piece, usage } = renderPiece(sent, this.#frame);
    this.#usage = usage ?? this.#usage;
    this.#frame = { ...this.#frame, object: asString(sent['object']) ?? this.#frame.object };
    return piece ? [{ ...message, data: JSON.stringify(piece) }] : [];
  }
}
