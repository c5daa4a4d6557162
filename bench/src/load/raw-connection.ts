import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { BenchError } from '../bench-error.ts';
import { readStamp } from '../upstream-replies.ts';
import { TERMINATORS } from '../calls.ts';

/** What arrives on connections that share it, counted as it arrives. */
export interface Tally {
  /** Server-sent events. */
  events: number;
  /** Pieces in which they came: fewer than events where some came together. */
  reads: number;
}

/** How one call went. Times are `performance.now()`. */
export interface RawReply {
  readonly status: number;
  readonly sentMs: number;
  readonly firstByteMs: number;
  readonly lastByteMs: number;
  /** How long the upstream says that it took. */
  readonly upstreamMs: number | undefined;
  /** The stream ended in its terminator. */
  readonly done: boolean;
}

interface Call {
  readonly sentMs: number;
  readonly tally: Tally | undefined;
  readonly resolve: (reply: RawReply) => void;
  readonly reject: (error: Error) => void;
  head: Buffer | undefined;
  status: number;
  /** Of a body with a length; undefined = chunked. */
  bytesLeft: number | undefined;
  firstByteMs: number;
  upstreamMs: number | undefined;
  /** The last bytes so far, which tell how it ended. */
  tail: Buffer;
}

const LF = 10;
const HEAD_END = '\r\n\r\n';
const LAST_CHUNK = Buffer.from('0\r\n\r\n');
const EVENT_END = '\n\n';
const TAIL_BYTES = 64;
const EMPTY = Buffer.alloc(0);

/**
 * One HTTP/1.1 connection that is written and read by hand, one call at a time: it shares a core with the upstream
 * and Postgres, so it does no more than find the ends of replies and count events.
 */
export class RawConnection {
  readonly #socket: Socket;
  #call: Call | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (bytes: Buffer) => this.#onData(bytes));
    socket.on('error', (error) => this.#fail(error.message));
    socket.on('close', () => this.#fail('the connection was closed'));
  }

  static async open(origin: string): Promise<RawConnection> {
    const { hostname, port } = new URL(origin);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    return new RawConnection(socket);
  }

  get closed(): boolean {
    return this.#socket.destroyed;
  }

  /**
   * @returns when the reply has arrived whole
   * @throws {BenchError} when it does not
   */
  call(bytes: Buffer, tally?: Tally): Promise<RawReply> {
    return new Promise((resolve, reject) => {
      this.#call = {
        sentMs: performance.now(),
        tally,
        resolve,
        reject,
        head: EMPTY,
        status: 0,
        bytesLeft: undefined,
        firstByteMs: 0,
        upstreamMs: undefined,
        tail: EMPTY,
      };
      this.#socket.write(bytes);
    });
  }

  /** As a client does that goes away. */
  destroy(): void {
    this.#call = undefined;
    this.#socket.destroy();
  }

  #fail(why: string): void {
    const call = this.#call;
    this.#call = undefined;
    call?.reject(new BenchError(`A call was not answered to its end: ${why}.`));
  }

  #onData(bytes: Buffer): void {
    const call = this.#call;
    if (!call) return;
    if (call.firstByteMs === 0) call.firstByteMs = performance.now();
    if (call.head === undefined) return this.#onBody(call, bytes);

    const head = call.head.length === 0 ? bytes : Buffer.concat([call.head, bytes]);
    const end = head.indexOf(HEAD_END);
    if (end === -1) {
      call.head = head;
      return;
    }
    const text = head.toString('latin1', 0, end);
    const length = /\r\ncontent-length: *(\d+)/i.exec(text)?.[1];
    call.head = undefined;
    call.status = Number(text.slice(9, 12));
    call.bytesLeft = length === undefined ? undefined : Number(length);
    const body = head.subarray(end + HEAD_END.length);
    this.#onBody(call, body);
  }

  #onBody(call: Call, bytes: Buffer): void {
    if (bytes.length === 0) return;
    call.upstreamMs ??= readStamp(bytes);
    const before = call.tail;
    call.tail =
      bytes.length >= TAIL_BYTES
        ? bytes.subarray(-TAIL_BYTES)
        : Buffer.concat([before, bytes]).subarray(-TAIL_BYTES);
    if (call.tally) {
      call.tally.reads++;
      call.tally.events += countEvents(before, bytes);
    }
    if (call.bytesLeft !== undefined) {
      call.bytesLeft -= bytes.length;
      if (call.bytesLeft <= 0) this.#finish(call);
    } else if (bytes.at(-1) === LF && call.tail.subarray(-LAST_CHUNK.length).equals(LAST_CHUNK)) {
      this.#finish(call);
    }
  }

  #finish(call: Call): void {
    this.#call = undefined;
    const { status, sentMs, firstByteMs, upstreamMs, tail } = call;
    const done = TERMINATORS.some((end) => tail.includes(end));
    call.resolve({ status, sentMs, firstByteMs, lastByteMs: performance.now(), upstreamMs, done });
  }
}

/** Blank lines of the events; the framing of chunks has none, as its lines end in CR LF. */
function countEvents(before: Buffer, bytes: Buffer): number {
  let events = before.at(-1) === LF && bytes[0] === LF ? 1 : 0;
  for (let at = bytes.indexOf(EVENT_END); at !== -1; at = bytes.indexOf(EVENT_END, at + 2)) events++;
  return events;
}
