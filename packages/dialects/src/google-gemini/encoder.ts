import { WeirError } from '@weir/core/errors';
import type { ReplyContext, ReplyEncoder, SseMessage } from '../dialect.ts';
import type { JsonObject } from '../json.ts';
import { markFor } from '../output-limit.ts';
import type { ReplyEvent } from '../reply-event.ts';
import { mergeUsage, type Usage } from '../usage.ts';
import { CandidateWriter, type CandidateEvent } from './candidate-writer.ts';
import { renderStreamError } from './errors.ts';
import { renderLogprobs } from './logprobs.ts';
import { renderCandidate, renderMessage } from './render-reply.ts';

/** How a message begins: with its candidates. */
const OPENING = '{"candidates":[';

/**
 * Writes a stream. It has no terminator: the last message, which has every reason to finish and the usage, is what makes
 * it complete, so it is the one that `end` brings.
 */
class StreamWriter implements ReplyEncoder {
  readonly #context: ReplyContext;
  readonly #candidates = new Map<number, CandidateWriter>();
  #usage: Usage | undefined;
  #serviceTier: string | undefined;
  /** The JSON of what follows the candidates; made when it is needed, and as long as it stays the same. */
  #closing: string | undefined;

  constructor(context: ReplyContext) {
    this.#context = context;
  }

  write(event: ReplyEvent): SseMessage[] {
    if ('choice' in event) return this.#writeCandidate(event);
    switch (event.kind) {
      case 'start':
        this.#serviceTier = event.serviceTier;
        this.#closing = undefined;
        return [];
      case 'usage':
        this.#usage = mergeUsage(this.#usage, event.usage);
        this.#closing = undefined;
        return [];
      case 'error': {
        const { message, param } = event.error;
        const error = new WeirError('upstream_error', message, { param });
        return [renderStreamError(error, this.#context.requestId)];
      }
      case 'end':
        return [this.#end()];
    }
  }

  #writeCandidate(event: CandidateEvent): SseMessage[] {
    if (event.kind === 'logprobs') {
      const logprobsResult = renderLogprobs(event.tokens);
      return [this.#message({ ...renderCandidate(event.choice, []), logprobsResult })];
    }
    const parts = this.#candidate(event.choice).write(event);
    return parts.length === 0 ? [] : [this.#message(renderCandidate(event.choice, parts))];
  }

  #candidate(index: number): CandidateWriter {
    const candidate = this.#candidates.get(index) ?? new CandidateWriter();
    this.#candidates.set(index, candidate);
    return candidate;
  }

  #message(candidate: JsonObject): SseMessage {
    this.#closing ??= JSON.stringify(renderMessage([], this.#context, this.#usage, this.#serviceTier)).slice(
      OPENING.length,
    );
    return { data: OPENING + JSON.stringify(candidate) + this.#closing };
  }

  #end(): SseMessage {
    const candidates = [...this.#candidates].sort(([a], [b]) => a - b);
    const cut = candidates.some(([, { finish }]) => finish?.reason === 'length');
    const rendered = candidates.map(([index, candidate]) => ({
      ...renderCandidate(index, []),
      ...candidate.end(),
    }));
    const message = renderMessage(rendered, this.#context, this.#usage, this.#serviceTier);
    return { data: JSON.stringify({ ...message, ...markFor(cut, this.#context) }) };
  }
}

/** For one stream. */
export function encoder(context: ReplyContext): ReplyEncoder {
  return new StreamWriter(context);
}
