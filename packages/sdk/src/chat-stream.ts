import { createParser } from 'eventsource-parser';
import type { ChatCompletionChunk } from './chat-types.ts';
import type { Exchange } from './exchange.ts';
import { errorFromBody, WeirError } from './weir-error.ts';

/** The longest event that is put together. */
const EVENT_CHARACTERS_MAX = 16 * 1024 * 1024;
/** How long the end of the body may take after the terminator; it comes with it, and lets the connection be used again. */
const BODY_END_MS = 500;
const TERMINATOR = '[DONE]';

/**
 * A streamed reply: an async iterable of chunks, to be iterated once. Leaving the loop early, `abort()` and the call's
 * signal all close the connection, whereupon the gateway stops the vendor.
 */
export class ChatCompletionStream implements AsyncIterable<ChatCompletionChunk> {
  /** The gateway's id of the request, by which `usage.get` finds what it cost. */
  readonly requestId: string | undefined;
  readonly #body: ReadableStream<Uint8Array>;
  readonly #exchange: Exchange;
  #isStarted = false;
  #isAborted = false;

  /** @internal */
  constructor(body: ReadableStream<Uint8Array>, exchange: Exchange, requestId: string | undefined) {
    this.#body = body;
    this.#exchange = exchange;
    this.requestId = requestId;
  }

  /** Ends the reply; a loop over it ends without an error. */
  abort(): void {
    this.#isAborted = true;
    this.#exchange.abort();
    this.#exchange.dispose();
  }

  /**
   * @throws {WeirError} the gateway's error when one comes inside the stream, `stream_truncated` when it ends without
   * its terminator, `invalid_reply` when it is no such stream, `timed_out`, `aborted` by the call's signal.
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<ChatCompletionChunk, void, undefined> {
    if (this.#isStarted) throw new WeirError('stream_already_read', 'A stream can be iterated once.');
    this.#isStarted = true;
    const reader = this.#body.getReader();
    let isWhole = false;
    try {
      for await (const data of eventData(reader, this.#exchange)) {
        if (this.#isAborted) return;
        if (data === TERMINATOR) {
          isWhole = await bodyEnds(reader, this.#exchange);
          return;
        }
        yield this.#parseChunk(data);
      }
      if (!this.#isAborted) throw this.#truncated();
    } catch (error) {
      if (!this.#isAborted) throw this.#exchange.explain(error, this.requestId);
    } finally {
      if (!isWhole) await this.#close(reader);
      this.#exchange.dispose();
    }
  }

  #parseChunk(data: string): ChatCompletionChunk {
    const { requestId } = this;
    let chunk: unknown;
    try {
      chunk = JSON.parse(data);
    } catch (cause) {
      throw new WeirError('invalid_reply', 'The stream has an event that is no JSON.', { requestId, cause });
    }
    const error = errorFromBody(chunk, { requestId });
    if (error !== undefined) throw error;
    if (!isChunk(chunk)) {
      throw new WeirError('invalid_reply', 'The stream has an event that is no chunk.', { requestId });
    }
    return chunk;
  }

  async #close(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
    this.#exchange.abort();
    try {
      await reader.cancel();
    } catch {
      // Aborting has broken the body already.
    }
  }

  #truncated(): WeirError {
    const message = 'The stream ended before the reply was whole.';
    return new WeirError('stream_truncated', message, { requestId: this.requestId });
  }
}

function isChunk(value: unknown): value is ChatCompletionChunk {
  return typeof value === 'object' && value !== null && 'choices' in value && Array.isArray(value.choices);
}

/** The data of each event; ends with the body. Reads no further than it is asked for. */
async function* eventData(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  exchange: Exchange,
): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  const events: string[] = [];
  const parser = createParser({
    maxBufferSize: EVENT_CHARACTERS_MAX,
    onEvent: ({ data }) => void events.push(data),
    onError: (error) => {
      if (error.type === 'max-buffer-size-exceeded') {
        throw new WeirError('invalid_reply', 'The stream has an event that is too long.', { cause: error });
      }
    },
  });
  for (;;) {
    exchange.expectProgress();
    const { done, value } = await reader.read();
    exchange.pause();
    if (done) return;
    parser.feed(decoder.decode(value, { stream: true }));
    yield* events.splice(0);
  }
}

/** Whether the body ends where it should, right after the terminator. */
async function bodyEnds(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  exchange: Exchange,
): Promise<boolean> {
  exchange.expectProgress(BODY_END_MS);
  try {
    return (await reader.read()).done;
  } catch {
    return false;
  }
}
