import type { ServerResponse } from 'node:http';
import type { Writable } from 'node:stream';

const HEX = 16;
const LINE_END = '\r\n';
const LAST_CHUNK = `0${LINE_END}${LINE_END}`;

/**
 * The body of a response whose length nobody knows, piece by piece. Node's own `write` hands each piece to the socket as
 * three buffers, one tick later; for streams that come a few bytes at a time this is most of what they cost. So chunks are
 * framed here, and go to the socket as one.
 * @see https://www.rfc-editor.org/rfc/rfc9112#name-chunked-transfer-coding
 */
export class ChunkedBody {
  readonly #response: ServerResponse;
  /** A client of HTTP/1.0 gets the bytes as they are, and the end of its connection. */
  readonly #framed: boolean;
  #begun = false;

  /** @param response whose head has been written. */
  constructor(response: ServerResponse) {
    this.#response = response;
    this.#framed = response.chunkedEncoding;
    response.chunkedEncoding = false;
  }

  /** @returns whether the client takes more at once; if not, `onDrained` says when. */
  write(bytes: Buffer | string): boolean {
    const chunk = this.#framed ? framed(bytes) : bytes;
    if (this.#begun) return this.#outlet.write(chunk);
    this.#begun = true;
    // The head goes out with it.
    return this.#response.write(chunk);
  }

  get needsDrain(): boolean {
    return this.#outlet.writableNeedDrain;
  }

  onDrained(listener: () => void): void {
    this.#outlet.once('drain', listener);
  }

  end(last: Buffer | string): void {
    if (!this.#framed) this.#response.end(last);
    else if (last.length === 0) this.#response.end(LAST_CHUNK);
    else if (typeof last === 'string') this.#response.end(framed(last) + LAST_CHUNK);
    else this.#response.end(framed(last, LAST_CHUNK));
  }

  /** A response that has another before it on its connection has no socket yet. */
  get #outlet(): Writable {
    return this.#response.socket ?? this.#response;
  }
}

function framed(bytes: string): string;
function framed(bytes: Buffer | string, after?: string): Buffer | string;
function framed(bytes: Buffer | string, after = ''): Buffer | string {
  if (typeof bytes === 'string') {
    return Buffer.byteLength(bytes).toString(HEX) + LINE_END + bytes + LINE_END;
  }
  const head = bytes.length.toString(HEX) + LINE_END;
  const tail = LINE_END + after;
  const chunk = Buffer.allocUnsafe(head.length + bytes.length + tail.length);
  chunk.write(head, 0, 'latin1');
  chunk.set(bytes, head.length);
  chunk.write(tail, head.length + bytes.length, 'latin1');
  return chunk;
}
