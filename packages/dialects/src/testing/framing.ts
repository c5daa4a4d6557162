import { sseReader } from '../sse.ts';

/** All that a reading is given of a stream: the bytes of each batch, where its events are in it, and their data. */
export interface Framing {
  readonly batches: readonly Buffer[];
  readonly events: readonly (string | number)[];
}

export function framingOf(chunks: readonly Buffer[]): Framing {
  const batches: Buffer[] = [];
  const events: (string | number)[] = [];
  const reader = sseReader({
    begin: (bytes) => void batches.push(bytes),
    passes(start, end) {
      events.push(start, end);
      return false;
    },
    read: (data) => void events.push(data),
  });
  for (const chunk of chunks) reader.push(chunk);
  reader.end();
  return { batches, events };
}

export function isSameFraming(one: Framing, other: Framing): boolean {
  return (
    one.batches.length === other.batches.length &&
    one.events.length === other.events.length &&
    one.batches.every((batch, index) => other.batches[index]?.equals(batch)) &&
    one.events.every((event, index) => other.events[index] === event)
  );
}

/** An event of a stream, with the one before it and the two after. */
export interface Neighbourhood {
  readonly bytes: Buffer;
  /** Where the event begins in it, and ends. */
  readonly start: number;
  readonly end: number;
}

export function* neighbourhoods(stream: Buffer): Generator<Neighbourhood> {
  const borders = [0, ...endsOf(stream)];
  for (const [index, start] of borders.entries()) {
    const end = borders[index + 1] ?? stream.length;
    const from = borders[index - 1] ?? 0;
    const bytes = stream.subarray(from, borders[index + 3] ?? stream.length);
    yield { bytes, start: start - from, end: end - from };
  }
}

function endsOf(stream: Buffer): number[] {
  const ends: number[] = [];
  const reader = sseReader({
    passes(_, end) {
      ends.push(end);
      return true;
    },
    read: () => undefined,
  });
  reader.push(stream);
  return ends;
}
