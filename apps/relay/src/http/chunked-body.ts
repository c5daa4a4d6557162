import type { ServerResponse } from 'node:http';
import type { Writable } from 'node:stream';

/** What is longer is handed over in three: to copy it would cost more. */
const COPIED_BYTES_MAX = 2_048;
/** Pieces that follow one another this closely came in one read, most likely. */
const BURST_MS = 0.3;

const HEX = 16;
const LINE_END = '\r\n';
const LAST_CHUNK = `0${LINE_END}${LINE_END}`;

/**
 * The body of a response whose length nobody knows, piece by piece. Node's own `write` hands each piece to the socket as
 * three buffers, one tick later; for streams that come a few bytes at a time this is most of what they cost. So chunks are
 * framed here: a small one that comes alone goes out at once and as one buffer, others wait for the rest of their tick.
 * @see https://www.rfc-editor.org/rfc/rfc9112#name-chunked-transfer-coding
 */
export class ChunkedBody {
  readonly #response: ServerResponse;
  /** A client of HTTP/1.0 gets the bytes as they are, and the end of its connection. */
  readonly #framed: boolean;
  #lastAtMs = 0;
  #begun = false;
  #corked = false;

  /** @param response whose head has been written. */
  constructor(response: ServerResponse) {
    this.#response = response;
    this.#framed = response.chunkedEncoding;
    response.chunkedEncoding = false;
  }

  /** @returns whether the client takes more at once; if not, `onDrained` says when. */
  write(bytes: Buffer | string): boolean {
    // The head of the response goes out with the first piece.
    const outlet = this.#begun ? this.#outlet : this.#response;
    this.#begun = true;
    const nowMs = performance.now();
    if (bytes.length > COPIED_BYTES_MAX || nowMs - this.#lastAtMs < BURST_MS) this.#corkForThisTick(outlet);
    this.#lastAtMs = nowMs;
    return this.#put(outlet, bytes);
  }

  get needsDrain(): boolean {
    return this.#outlet.writableNeedDrain;
  }

  onDrained(listener: () => void): void {
    this.#outlet.once('drain', listener);
  }

  end(last: Buffer | string): void {
    const outlet = this.#begun ? this.#outlet : this.#response;
    outlet.cork();
    if (last.length > 0) this.#put(outlet, last);
    this.#response.end(this.#framed ? LAST_CHUNK : '');
    outlet.uncork();
  }

  /** A response that has another before it on its connection has no socket yet. */
  get #outlet(): Writable {
    return this.#response.socket ?? this.#response;
  }

  #corkForThisTick(outlet: Writable): void {
    if (this.#corked) return;
    this.#corked = true;
    outlet.cork();
    process.nextTick(() => {
      this.#corked = false;
      outlet.uncork();
    });
  }

  #put(outlet: Writable, bytes: Buffer | string): boolean {
    if (!this.#framed) return outlet.write(bytes);
    const head = Buffer.byteLength(bytes).toString(HEX) + LINE_END;
    if (typeof bytes === 'string') return outlet.write(head + bytes + LINE_END);
    if (bytes.length <= COPIED_BYTES_MAX) return outlet.write(framed(head, bytes));
    outlet.write(head, 'latin1');
    outlet.write(bytes);
    return outlet.write(LINE_END, 'latin1');
  }
}

function framed(head: string, bytes: Buffer): Buffer {
  const chunk = Buffer.allocUnsafe(head.length + bytes.length + LINE_END.length);
  chunk.write(head, 0, 'latin1');
  chunk.set(bytes, head.length);
  chunk.write(LINE_END, head.length + bytes.length, 'latin1');
  return chunk;
}
