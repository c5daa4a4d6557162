import { createParser } from 'eventsource-parser';

/** An event above this size is an error: nobody sends one, and a buffer has to end somewhere. */
export const SSE_EVENT_BYTES_MAX = 16 * 1024 * 1024;

/** The stream can't be read as server-sent events. */
export class SseError extends Error {
  override readonly name = 'SseError';
}

/** What is made of the events, in their order, as they come. */
export interface SseReading<T> {
  /** Whole events have come; they are read, or pass, in turn. */
  begin?(bytes: Buffer): void;
  /** Whether the event from `start` to `end` of these bytes passes unread: it is in the batch's bytes, but no event of it. */
  passes?(start: number, end: number): boolean;
  /** The joined `data:` lines of an event that did not pass. */
  read(data: string): T;
}

/** An event that did not pass. */
export interface SseEvent<T> {
  /** The joined `data:` lines. */
  readonly data: string;
  /** What was read of it. */
  readonly reading: T;
  /** Where the event's bytes begin and end in the batch; comments before it belong to it. */
  readonly start: number;
  readonly end: number;
}

/** Whole events as they came. */
export interface SseBatch<T> {
  /** The very bytes that arrived, up to the last blank line. */
  readonly bytes: Buffer;
  readonly events: readonly SseEvent<T>[];
}

/** Takes a stream as it comes, chunk by chunk. */
export interface SseReader<T> {
  /** @throws {SseError} when an event grows over `SSE_EVENT_BYTES_MAX`. */
  push(chunk: Buffer): SseBatch<T>;
  /** The stream is over: what is left counts as an event even without its blank line. */
  end(): SseBatch<T>;
}

const LF = 0x0a;
const CR = 0x0d;
const EMPTY: SseBatch<never> = { bytes: Buffer.alloc(0), events: [] };

/**
 * Reads server-sent events off a byte stream that may be split anywhere, and keeps hold of their bytes, so that they
 * can be passed on untouched. Lines end in LF, CRLF or CR, as the standard allows. Framing an event costs less
 * than decoding it: those that pass are only framed.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */
export function sseReader<T>(reading: SseReading<T>): SseReader<T> {
  let data: string | undefined;
  const parser = createParser({
    onEvent: (event) => {
      data = event.data;
    },
  });
  const boundaries = boundaryFinder();
  let carried: Buffer[] = [];
  let carriedBytes = 0;

  const read = (bytes: Buffer, ends: readonly number[]): SseBatch<T> => {
    const events: SseEvent<T>[] = [];
    let start = 0;
    let fed = 0;
    reading.begin?.(bytes);
    for (const end of ends) {
      if (reading.passes?.(start, end)) {
        start = end;
        fed = end;
        continue;
      }
      parser.feed(bytes.toString('utf8', fed, end));
      fed = end;
      if (data === undefined) continue;
      events.push({ data, reading: reading.read(data), start, end });
      data = undefined;
      start = end;
    }
    return { bytes, events };
  };

  return {
    push(chunk) {
      const ends = boundaries(chunk);
      const last = ends.at(-1);
      if (last === undefined) {
        carriedBytes += chunk.length;
        if (carriedBytes > SSE_EVENT_BYTES_MAX) {
          throw new SseError(`an event is larger than ${SSE_EVENT_BYTES_MAX} bytes`);
        }
        carried.push(chunk);
        return EMPTY;
      }
      const whole = chunk.subarray(0, last);
      const bytes = carriedBytes === 0 ? whole : Buffer.concat([...carried, whole]);
      const batch = read(bytes, carriedBytes === 0 ? ends : ends.map((end) => end + carriedBytes));
      carried = last === chunk.length ? [] : [chunk.subarray(last)];
      carriedBytes = chunk.length - last;
      return batch;
    },
    end() {
      if (carriedBytes === 0) return EMPTY;
      const bytes = Buffer.concat([...carried, Buffer.from('\n\n')]);
      carried = [];
      carriedBytes = 0;
      return read(bytes, [bytes.length]);
    },
  };
}

/**
 * Finds the positions right after blank lines, chunk by chunk. Chunks without a CR, which is nearly all, are searched
 * natively.
 */
function boundaryFinder(): (chunk: Buffer) => number[] {
  let atLineStart = true;
  let afterCr = false;

  const findSlowly = (chunk: Buffer): number[] => {
    const ends: number[] = [];
    for (const [i, byte] of chunk.entries()) {
      const secondOfCrLf = byte === LF && afterCr;
      afterCr = byte === CR;
      if (secondOfCrLf) {
        if (ends.at(-1) === i) ends[ends.length - 1] = i + 1;
      } else if (byte === LF || byte === CR) {
        if (atLineStart) ends.push(i + 1);
        atLineStart = true;
      } else {
        atLineStart = false;
      }
    }
    return ends;
  };

  return (chunk) => {
    if (chunk.length === 0) return [];
    if (afterCr || chunk.includes(CR)) return findSlowly(chunk);
    const ends: number[] = [];
    let from = 0;
    if (atLineStart && chunk[0] === LF) {
      ends.push(1);
      from = 1;
    }
    for (let at = chunk.indexOf(LF, from); at >= 0; at = chunk.indexOf(LF, at)) {
      at++;
      if (chunk[at] === LF) ends.push(++at);
    }
    atLineStart = chunk[chunk.length - 1] === LF;
    return ends;
  };
}
