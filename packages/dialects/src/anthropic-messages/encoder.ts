import { DialectError } from '../dialect-error.ts';
import type { ReplyContext, ReplyEncoder, SseMessage } from '../dialect.ts';
import { markFor } from '../output-limit.ts';
import type { ReplyEvent } from '../reply-event.ts';
import type { Finish } from '../reply.ts';
import { mergeUsage, type Usage } from '../usage.ts';
import { BlockWriter, message } from './block-writer.ts';
import { isRefusal, renderStop } from './finish.ts';
import { messageId, pictureError } from './render-reply.ts';
import { renderUsage } from './usage.ts';

/**
 * Writes one streamed message.
 * @see https://platform.claude.com/docs/en/build-with-claude/streaming
 */
export function encoder(context: ReplyContext): ReplyEncoder {
  return new MessageEncoder(context);
}

class MessageEncoder implements ReplyEncoder {
  readonly #context: ReplyContext;
  readonly #blocks = new BlockWriter();
  #started = false;
  #ended = false;
  #serviceTier: string | undefined;
  #usage: Usage | undefined;
  #finish: Finish | undefined;
  #refusal = '';
  /** There is something about the end that has not been written. */
  #pending = false;

  constructor(context: ReplyContext) {
    this.#context = context;
  }

  /**
   * @throws {DialectError} for a picture and a second reply, which no request in this dialect can ask for.
   * @throws {WeirError} `upstream_error` at the end of a reply that broke off.
   */
  write(event: ReplyEvent): SseMessage[] {
    if (this.#ended) return [];
    if (event.kind === 'error') {
      this.#ended = true;
      const error = { type: 'api_error', message: event.error.message };
      return [message({ type: 'error', error, request_id: this.#context.requestId })];
    }
    if (event.kind === 'usage') {
      this.#usage = mergeUsage(this.#usage, event.usage);
      this.#pending = true;
      return this.#finish && this.#finish.reason !== 'error' ? this.#end() : [];
    }
    if (event.kind === 'start') {
      this.#serviceTier = event.serviceTier;
      return this.#start();
    }
    const started = this.#started ? undefined : this.#start();
    if (event.kind === 'end') {
      const last = [...(started ?? []), ...this.#end(), message({ type: 'message_stop' })];
      this.#ended = true;
      return last;
    }
    if (event.choice !== 0) {
      throw new DialectError('A message of Anthropic’s can’t hold a second reply.');
    }
    this.#writeContent(event);
    const written = this.#blocks.take();
    return started ? [...started, ...written] : written;
  }

  #writeContent(event: Extract<ReplyEvent, { choice: number }>): void {
    switch (event.kind) {
      case 'text':
        this.#blocks.text(event);
        break;
      case 'citation':
        this.#blocks.cite(event.citation);
        break;
      case 'refusal':
        // Where it belongs, the finish says.
        this.#refusal += event.text;
        break;
      case 'reasoning':
        this.#blocks.reasoning(event);
        break;
      case 'reasoning_signature':
        this.#blocks.sign(event);
        break;
      case 'tool_call':
        this.#blocks.toolCall(event);
        break;
      case 'tool_arguments':
        this.#blocks.toolArguments(event);
        break;
      case 'produced_image':
        throw pictureError();
      case 'logprobs':
        // Nobody can ask for them in this dialect.
        break;
      case 'finish':
        this.#finish = event.finish;
        this.#pending = true;
        this.#closeBlocks(event.finish);
        break;
    }
  }

  #start(): SseMessage[] {
    if (this.#started) return [];
    this.#started = true;
    const started = {
      id: messageId(this.#context),
      type: 'message',
      role: 'assistant',
      model: this.#context.model,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      stop_details: null,
      usage: renderUsage(this.#usage, this.#serviceTier),
    };
    return [message({ type: 'message_start', message: started })];
  }

  /** A refusal that did not end the reply is words like any others. */
  #closeBlocks(finish: Finish): void {
    if (this.#refusal !== '' && !isRefusal(finish)) {
      this.#blocks.text({ text: this.#refusal });
      this.#refusal = '';
    }
    this.#blocks.close();
  }

  /** What says why and at what expense the message ended, if that has not been said. */
  #end(): SseMessage[] {
    const finish = this.#finish ?? { reason: 'stop' };
    this.#closeBlocks(finish);
    const written = this.#blocks.take();
    if (this.#finish && !this.#pending) return written;
    this.#pending = false;
    const delta = renderStop(finish, this.#refusal);
    return [
      ...written,
      message({
        type: 'message_delta',
        delta,
        usage: renderUsage(this.#usage),
        ...markFor(delta['stop_reason'] === 'max_tokens', this.#context),
      }),
    ];
  }
}
